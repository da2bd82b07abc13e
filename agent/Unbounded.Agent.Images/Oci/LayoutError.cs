using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.Oci;

/// <summary>The coded errors of reading a layout.</summary>
internal static class LayoutError
{
    private const string MakeAgain = "Make or copy the layout again, whole: skopeo copy SOURCE oci:DIR:TAG.";

    internal static AgentException Invalid(string layout, string why, Exception? inner = null) =>
        new(ImageErrors.InvalidLayout, $"The OCI layout {layout} could not be read", why, MakeAgain, inner);

    internal static AgentException BlobMissing(string layout, string digest) =>
        new(ImageErrors.BlobMissing, $"The OCI layout {layout} could not be read", $"the blob {digest} is not in it", MakeAgain);

    internal static AgentException DigestMismatch(string layout, string expected, string actual) => new(
        ImageErrors.DigestMismatch, $"The OCI layout {layout} was refused", $"the blob {expected} holds {actual}", MakeAgain);

    internal static AgentException Unsupported(string layout, string what, string? mediaType) => new(
        ImageErrors.UnsupportedMediaType,
        $"The OCI layout {layout} was refused",
        $"{what} is of the media type '{Bounded(mediaType ?? "none")}'",
        "Give a container image with tar layers, plain or compressed with gzip or zstd.");

    internal static AgentException NoSuchImage(string reference, string why) => new(
        ImageErrors.NoSuchImage,
        $"The image {reference} was not found",
        why,
        "Look at index.json of the layout; name a tag (oci-layout:///DIR:TAG) or a digest (@sha256:HEX) of an image for this platform.");

    /// <summary>Text of a document is anybody's: shown short and on one line.</summary>
    internal static string Bounded(string text)
    {
        var shown = new string([.. text.Where(static c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(100)]);
        return shown.Length < text.Length ? shown + "..." : shown;
    }
}
