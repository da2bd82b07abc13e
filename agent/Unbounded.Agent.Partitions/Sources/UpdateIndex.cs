using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>What a server offers: <c>index.json</c>. Unknown fields are ignored.</summary>
public sealed record UpdateIndex
{
    /// <summary>The largest index that is read, bytes.</summary>
    public const int LimitBytes = 4 << 20;

    /// <summary>The images, in any order.</summary>
    [JsonPropertyName("images")]
    public required IReadOnlyList<IndexImage> Images { get; init; }

    /// <summary>Versions that must not be installed.</summary>
    [JsonPropertyName("blocked")]
    public IReadOnlyList<string> Blocked { get => field ?? []; init; } = [];

    /// <summary>
    /// Counts up with each index that is published in place of another: an older one is not taken any more. Positive; null: not counted, and then an older one
    /// can't be told.
    /// </summary>
    [JsonPropertyName("serial")]
    public long? Serial { get; init; }

    /// <summary>From when on it is not taken any more, RFC 3339; null: never.</summary>
    [JsonPropertyName("expires")]
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What its serial counts in: the key that signed it, and where it is from. Null where nobody signed it.</summary>
    [JsonIgnore]
    public string? Series { get; init; }

    /// <summary>The version to install where none is asked for; null: the newest. Of a catalog, which says so.</summary>
    [JsonIgnore]
    public string? Stable { get; init; }

    /// <summary>How much of what the source has was looked at.</summary>
    [JsonIgnore]
    public IndexExtent Extent { get; init; }

    /// <summary>Whether a version that is not among the images is not there, as far as was looked.</summary>
    internal bool Lacks(string version) => Extent switch
    {
        IndexExtent.All => true,
        IndexExtent.Newest => Images.Any(i => SystemVersion.Compare(i.Version, version) < 0),
        _ => false,
    };

    /// <summary>What was passed over, one sentence each.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads an index whose signature was verified where one is asked for.</summary>
    /// <param name="location">Where it is from, for errors.</param>
    /// <param name="content">All of its bytes.</param>
    /// <exception cref="AgentException">It can't be understood.</exception>
    internal static UpdateIndex Parse(Uri location, ReadOnlySpan<byte> content)
    {
        UpdateIndex index;
        try
        {
            index = StoredJson.Read(content, IndexJson.Default.UpdateIndex);
        }
        catch (JsonException e)
        {
            throw Invalid(location, e.Message, e);
        }

        return Checked(location, index);
    }

    /// <summary>Refuses an index with an image that can't be installed.</summary>
    /// <exception cref="AgentException">It has one.</exception>
    internal static UpdateIndex Checked(Uri location, UpdateIndex index)
    {
        if (index.Serial is <= 0)
            throw Invalid(location, "serial is not positive", inner: null);
        for (var i = 0; i < index.Images.Count; i++)
        {
            if (Problem(location, index.Images[i]) is { } problem)
                throw Invalid(location, $"images[{i}]: {problem}", inner: null);
        }

        return index;
    }

    /// <summary>The error of an index that is none.</summary>
    internal static AgentException Invalid(Uri location, string why, Exception? inner) => new(
        PartitionsErrors.IndexInvalid,
        $"The index {location.GetLeftPart(UriPartial.Path)} can't be understood",
        why,
        "Publish it anew; docs/partitions.md has its format",
        inner);

    /// <summary>Where an image of this index is.</summary>
    internal static Uri? Resolve(Uri location, IndexImage image) => Resolve(location, image.Url);

    /// <summary>Where a file is that an index names; null when that is no place to fetch from.</summary>
    internal static Uri? Resolve(Uri location, string url) =>
        Uri.TryCreate(location, url, out var resolved) && ImageLocation.IsKnown(resolved) ? resolved : null;

    private static string? Problem(Uri location, IndexImage? image) =>
        image is null ? "is null"
        : !SystemVersion.IsValid(image.Version) ? "version is none"
        : image.MinimumVersion is { } minimum && !SystemVersion.IsValid(minimum) ? "minimum_version is no version"
        : ContentDigest.FromHex(image.Sha256) is null ? "sha256 is not 64 lowercase hex digits"
        : image.ContentSha256 is { } content && ContentDigest.FromHex(content) is null ? "content_sha256 is not 64 lowercase hex digits"
        : image.SizeBytes <= 0 ? "size is not positive"
        : Resolve(location, image) is not { } resolved ? "url is no location that the agent can fetch from"
        : ImageLocation.IsLocal(resolved) && !ImageLocation.IsLocal(location) ? "url points to a file of this host, which an index from elsewhere may not"
        : image.FileBytes is <= 0 ? "file_size is not positive"
        : image.Blocks is { } blocks ? Problem(location, image, blocks)
        : null;

    private static string? Problem(Uri location, IndexImage image, IndexBlocks blocks) =>
        ContentDigest.FromHex(blocks.Sha256) is null ? "block_index.sha256 is not 64 lowercase hex digits"
        : Resolve(location, blocks.Url) is not { } index || Resolve(location, blocks.Image ?? image.Url) is not { } raw
            ? "block_index has a location that the agent can't fetch from"
        : (ImageLocation.IsLocal(index) || ImageLocation.IsLocal(raw)) && !ImageLocation.IsLocal(location) ? "block_index points to a file of this host, which an index from elsewhere may not"
        : null;
}

/// <summary>Source-generated serialization of an index.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(UpdateIndex))]
internal sealed partial class IndexJson : JsonSerializerContext;
