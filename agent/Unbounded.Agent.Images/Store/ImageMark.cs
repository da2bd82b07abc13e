using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>
/// The completeness mark of an image: written once its data is durable, before it gets its place. Unknown fields are ignored, so
/// that an older agent reads a newer one's.
/// </summary>
internal sealed record ImageMark(
    [property: JsonPropertyName("digest")] string? Digest,
    [property: JsonPropertyName("reference")] string? Reference,
    [property: JsonPropertyName("bytesOnDisk")] long BytesOnDisk,
    [property: JsonPropertyName("entries")] long Entries,
    [property: JsonPropertyName("sourceBytes")] long SourceBytes,
    [property: JsonPropertyName("storedAt")] DateTimeOffset StoredAt)
{
    private const int LargestMark = 64 << 10;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The mark of an image; null when it has none, or one that is not its own.</summary>
    internal static ImageMark? TryRead(string directory, ContentDigest digest)
    {
        var bytes = BoundedFile.TryRead(StorePaths.MarkOf(directory), LargestMark);
        if (bytes is null)
            return null;
        try
        {
            var mark = StoredJson.Read(bytes, StoreJson.Default.ImageMark);
            return string.Equals(mark.Digest, digest.ToString(), StringComparison.Ordinal) ? mark : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal Task WriteAsync(string directory, CancellationToken cancellationToken) => DurableFile.WriteAsync(
        StorePaths.MarkOf(directory), JsonSerializer.SerializeToUtf8Bytes(this, StoreJson.Default.ImageMark), Mode, owner: null, cancellationToken);

    internal StoredImage ToStored(ContentDigest digest, string directory) =>
        new(digest, Reference ?? string.Empty, StorePaths.RootOf(directory), BytesOnDisk, Entries, StoredAt);
}
