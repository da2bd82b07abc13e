using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// A partition image as a target names it: where it is, and behind <c>#</c> what its index says of it, so that a frozen target needs no index any more:
/// <c>https://host/os.img.zst#size=1073741824&amp;file=sha256:HEX&amp;content=sha256:HEX</c>. Size is that of the expanded image; <c>content</c> may be missing,
/// and so may <c>stored</c>, the size of the file, and <c>blocks</c>, <c>index</c> and <c>raw</c>: the digest of a block index's header, where it is, and where
/// the image is that it was made from. What a version does not know it passes over.
/// </summary>
/// <param name="Location"><c>file://</c> with an absolute path, <c>http://</c>, <c>https://</c>, a registry's blob or a bundle's file.</param>
/// <param name="SizeBytes">Size of the image, expanded, bytes.</param>
/// <param name="File">Digest of the file as it is fetched.</param>
/// <param name="Content">Digest of the expanded image, null when its index does not say.</param>
public sealed record PartitionImage(Uri Location, long SizeBytes, ContentDigest File, ContentDigest? Content)
{
    /// <summary>Size of the file as it is fetched, bytes; null when its index does not say.</summary>
    public long? FileBytes { get; init; }

    /// <summary>Its block index; null when there is none.</summary>
    public BlockIndexReference? Blocks { get; init; }

    /// <summary>Reads the image of a target.</summary>
    /// <exception cref="AgentException">It names none.</exception>
    public static PartitionImage Of(Target target)
    {
        var text = target.Config.OCIImage ?? "";
        return TryParse(text) ?? throw new AgentException(
            PartitionsErrors.NoImage,
            "The target names no image for a partition",
            text.Length == 0 ? "it names no image at all" : "its image is not a location with size and digest behind #",
            "Let `unbounded-agent update apply` make the target from an index");
    }

    /// <summary>Reads an image; null when the text is none.</summary>
    public static PartitionImage? TryParse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !ImageLocation.IsKnown(uri))
            return null;
        var fields = uri.Fragment.TrimStart('#').Split('&').Select(f => f.Split('=', 2)).Where(f => f.Length == 2)
            .GroupBy(f => f[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First()[1], StringComparer.Ordinal);
        var content = fields.GetValueOrDefault("content");
        return long.TryParse(fields.GetValueOrDefault("size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size > 0
            && ContentDigest.TryParse(fields.GetValueOrDefault("file")) is { } file
            && (content is null || ContentDigest.TryParse(content) is not null)
            ? new(new Uri(uri.GetLeftPart(UriPartial.Query)), size, file, ContentDigest.TryParse(content))
            {
                FileBytes = long.TryParse(fields.GetValueOrDefault("stored"), NumberStyles.None, CultureInfo.InvariantCulture, out var stored) && stored > 0 ? stored : null,
                Blocks = BlocksOf(fields),
            }
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Location.AbsoluteUri}#size={SizeBytes}&file={File}{(Content is null ? "" : $"&content={Content}")}{(FileBytes is null ? "" : $"&stored={FileBytes}")}{Text(Blocks)}");

    private static string Text(BlockIndexReference? blocks) => blocks is null
        ? ""
        : $"&blocks={blocks.Digest}&index={Uri.EscapeDataString(blocks.Location.AbsoluteUri)}&raw={Uri.EscapeDataString(blocks.Image.AbsoluteUri)}";

    // One that can't be read is as good as none: the image is fetched whole.
    private static BlockIndexReference? BlocksOf(Dictionary<string, string> fields) =>
        ContentDigest.TryParse(fields.GetValueOrDefault("blocks")) is { } digest && At(fields, "index") is { } index && At(fields, "raw") is { } raw
            ? new(index, digest, raw)
            : null;

    private static Uri? At(Dictionary<string, string> fields, string name) =>
        fields.TryGetValue(name, out var text)
        && Uri.TryCreate(Uri.UnescapeDataString(text), UriKind.Absolute, out var uri)
        && ImageLocation.IsKnown(uri)
            ? uri
            : null;
}
