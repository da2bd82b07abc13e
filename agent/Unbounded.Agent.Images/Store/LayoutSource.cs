using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Store;

/// <summary>An image in an OCI layout. Its manifest, which is small, says its digest.</summary>
internal sealed class LayoutSource : IImageSource
{
    private readonly LayoutReference _reference;
    private readonly UnpackOptions _options;
    private readonly OciLayout _layout;
    private readonly OciImage _image;

    internal LayoutSource(LayoutReference reference, UnpackOptions options, Platform platform)
    {
        _reference = reference;
        _options = options;
        _layout = new OciLayout(reference, platform);
        _image = _layout.Find();
    }

    public long? SourceBytes => _image.Layers.Sum(static l => l.Size);

    public ContentDigest? KnownDigest => _image.Digest;

    public string? Identity => null;

    public Task<ContentDigest?> ComputeDigestAsync(Action<long> advanced, CancellationToken cancellationToken) =>
        Task.FromResult<ContentDigest?>(_image.Digest);

    public long EstimateBytes(string store) => SourceBytes ?? 0;

    public (ContentDigest Digest, UnpackResult Result) Write(string directory, Action<long> advanced, CancellationToken cancellationToken) =>
        (_image.Digest, LayerUnpacker.Unpack(_layout.Files, _image, _reference.ToString(), directory, _options, advanced, cancellationToken));
}
