using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>One image in a file on this host, with no index beside it: what it is, is measured, and its version said by who asks for it.</summary>
internal static class FileSource
{
    /// <summary>Measures an image.</summary>
    /// <exception cref="AgentException">It is none, its version is not said, or it is not signed by a key that is asked for.</exception>
    public static async Task<UpdateIndex> ReadAsync(Uri location, string? version, UpdateSettings settings, string? key, CancellationToken cancellationToken)
    {
        var path = location.LocalPath;
        if (version is null || !SystemVersion.IsValid(version))
        {
            throw new AgentException(
                PartitionsErrors.VersionUnknown,
                $"{path} can't be installed",
                "an image in a file has no index that says which version it is",
                "Say it: --version VERSION");
        }

        var measured = await ImageMeasure.ReadAsync(path, cancellationToken);
        if (key is not null)
        {
            var signature = await Linux.Files.BoundedFile.ReadAsync($"{path}.sig", Documents.SignatureLimit, cancellationToken);
            PublisherSignature.DemandOfHash(Convert.FromHexString(measured.File.Hex), signature, key, $"The image {path}");
        }

        return UpdateIndex.Checked(location, new()
        {
            Images =
            [
                new()
                {
                    Version = version,
                    Channel = settings.Channel,
                    Architecture = UpdateGates.Architecture,
                    Url = location.AbsoluteUri,
                    Sha256 = measured.File.Hex,
                    SizeBytes = measured.SizeBytes,
                    ContentSha256 = measured.Content.Hex,
                },
            ],
        });
    }
}
