using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Catalogs;

/// <summary>
/// The fleet's catalog, YAML or JSON: <c>stable</c>, <c>images[]{version, url, checksum "sha256:HEX", size}</c>, <c>blocked[]</c>; ours:
/// <c>serial</c> and <c>expires</c>. Unknown fields are ignored.
/// </summary>
/// <param name="Stable">The version that <c>stable</c> stands for; null when it is not said.</param>
/// <param name="Images">The images, in the catalog's order.</param>
/// <param name="Blocked">Versions that must not be installed.</param>
public sealed record Catalog(string? Stable, IReadOnlyList<CatalogImage> Images, IReadOnlyList<string> Blocked)
{
    /// <summary>The largest catalog that is read, bytes.</summary>
    public const int LimitBytes = 1 << 20;

    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Counts up with each catalog that is published in place of another, <c>serial</c>; null when it is not said.</summary>
    public long? Serial { get; init; }

    /// <summary>From when on it is not to be used any more, <c>expires</c>, RFC 3339; null when it is not said.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Reads a catalog.</summary>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="utf8">All of its bytes.</param>
    /// <exception cref="AgentException">It is none; every problem is in its details.</exception>
    public static Catalog Parse(string name, ReadOnlySpan<byte> utf8)
    {
        var problems = new List<ErrorDetail>();
        Catalog? catalog = null;
        try
        {
            if (CatalogYaml.Read(utf8) is Dictionary<string, object?> root)
                catalog = Of(root, problems);
            else
                problems.Add(new("catalog", "is no map"));
        }
        catch (FormatException e)
        {
            problems.Add(new("catalog", e.Message));
        }

        return problems.Count == 0 ? catalog! : throw new AgentException(
            ImageErrors.CatalogInvalid,
            $"The catalog {name} can't be understood",
            string.Join("; ", problems),
            "Correct it; docs/partitions.md has its format",
            details: problems);
    }

    private static Catalog Of(Dictionary<string, object?> root, List<ErrorDetail> problems)
    {
        var images = new List<CatalogImage>();
        if (root.GetValueOrDefault("images") is List<object?> list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (Image(list[i], $"images[{i}]", problems) is { } image)
                    images.Add(image);
            }
        }
        else
        {
            problems.Add(new("images", "is no list"));
        }

        var blocked = root.GetValueOrDefault("blocked") switch
        {
            null => [],
            List<object?> versions when versions.TrueForAll(static v => v is string) => versions.Cast<string>().ToList(),
            _ => Refuse<List<string>>("blocked", "is no list of versions", problems) ?? [],
        };
        return new(root.GetValueOrDefault("stable") as string, images, blocked) { Serial = SerialOf(root, problems), Expires = ExpiresOf(root, problems) };
    }

    private static long? SerialOf(Dictionary<string, object?> root, List<ErrorDetail> problems)
    {
        if (!root.TryGetValue("serial", out var value))
            return null;
        if (long.TryParse(value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) && serial > 0)
            return serial;
        problems.Add(new("serial", "is no positive number"));
        return null;
    }

    private static DateTimeOffset? ExpiresOf(Dictionary<string, object?> root, List<ErrorDetail> problems)
    {
        if (!root.TryGetValue("expires", out var value))
            return null;
        if (DateTimeOffset.TryParseExact(value as string, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
            return expires;
        problems.Add(new("expires", "is no time like 2030-01-31T12:00:00Z"));
        return null;
    }

    private static CatalogImage? Image(object? value, string at, List<ErrorDetail> problems)
    {
        if (value is not Dictionary<string, object?> map)
            return Refuse<CatalogImage>(at, "is no map", problems);
        var before = problems.Count;
        var version = Text(map, "version", at, problems);
        var url = Text(map, "url", at, problems);
        var checksum = ContentDigest.TryParse(Text(map, "checksum", at, problems));
        if (checksum is null && problems.Count == before)
            problems.Add(new($"{at}.checksum", "is not sha256: and 64 lowercase hex digits"));
        if (!long.TryParse(map.GetValueOrDefault("size") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size <= 0)
            problems.Add(new($"{at}.size", "is no number of bytes"));
        return problems.Count == before ? new(version!, url!, checksum!, size) : null;
    }

    private static string? Text(Dictionary<string, object?> map, string name, string at, List<ErrorDetail> problems) =>
        map.GetValueOrDefault(name) is string { Length: > 0 } text ? text : Refuse<string>($"{at}.{name}", "is missing", problems);

    private static T? Refuse<T>(string at, string why, List<ErrorDetail> problems)
        where T : class
    {
        problems.Add(new(at, why));
        return null;
    }
}
