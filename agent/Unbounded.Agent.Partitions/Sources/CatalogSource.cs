using Unbounded.Agent.Images.Catalogs;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>The fleet's catalog as a source: it knows no channels and architectures, and names the version that is to be installed.</summary>
internal static class CatalogSource
{
    /// <summary>Whether a location is one of a catalog: its name says YAML.</summary>
    public static bool IsCatalog(Uri location) =>
        location.AbsolutePath.EndsWith(".yaml", StringComparison.Ordinal) || location.AbsolutePath.EndsWith(".yml", StringComparison.Ordinal);

    /// <summary>Reads a catalog whose signature was verified where one is asked for.</summary>
    /// <exception cref="Core.Errors.AgentException">It can't be understood.</exception>
    public static UpdateIndex Parse(Uri location, ReadOnlySpan<byte> content, UpdateSettings settings)
    {
        var catalog = Catalog.Parse(location.GetLeftPart(UriPartial.Path), content);
        return UpdateIndex.Checked(location, new()
        {
            Images =
            [
                .. catalog.Images.Select(i => new IndexImage
                {
                    Version = i.Version,
                    Channel = settings.Channel,
                    Architecture = UpdateGates.Architecture,
                    Url = i.Url,
                    Sha256 = i.Checksum.Hex,
                    SizeBytes = i.SizeBytes,
                }),
            ],
            Blocked = catalog.Blocked,
            Stable = catalog.Stable,
            Serial = catalog.Serial,
            Expires = catalog.Expires,
        });
    }
}
