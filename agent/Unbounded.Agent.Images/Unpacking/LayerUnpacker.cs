using Unbounded.Agent.Images.Oci;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Unpacks the layers of an image into one tree; each is verified while it is read.</summary>
internal static class LayerUnpacker
{
    /// <summary>Unpacks. On an error or cancellation a part stays behind, for the caller to delete.</summary>
    /// <param name="layout">The layout's files.</param>
    /// <param name="image">The image.</param>
    /// <param name="name">What is unpacked, for errors.</param>
    /// <param name="directory">An existing, empty directory.</param>
    /// <param name="options">What it may bring.</param>
    /// <param name="advanced">Told the bytes of layers read so far.</param>
    /// <param name="cancellationToken">Stops it at any byte.</param>
    /// <exception cref="Core.Errors.AgentException">A layer is damaged, not the one its digest says, refused, or can't be written.</exception>
    internal static UnpackResult Unpack(
        BlobFiles layout, OciImage image, string name, string directory, UnpackOptions options, Action<long>? advanced, CancellationToken cancellationToken)
    {
        using var writer = new TreeWriter(directory, name, options, isLayer: true);
        var applier = new LayerApplier(writer, name, directory);
        long before = 0;
        foreach (var layer in image.Layers)
        {
            var start = before;
            using var stream = new MeteredStream(layout.OpenLayer(layer), read => advanced?.Invoke(start + read));
            // The digest says whether a layer is whole, and some builders leave out the end-of-archive blocks.
            VerifiedSource.Read(
                stream,
                $"{name}, layer {layer.Digest}",
                requireEnd: false,
                reader => applier.Apply(reader, cancellationToken),
                actual => string.Equals(actual, layer.Digest.Hex, StringComparison.Ordinal)
                    ? null
                    : LayoutError.DigestMismatch(name, layer.Digest.ToString(), $"sha256:{actual}"),
                cancellationToken);
            before += layer.Size;
        }

        writer.Finish();
        return writer.Result;
    }
}
