namespace Unbounded.Agent.Images.Oci;

/// <summary>The media types that are understood: those of the OCI image specification (media-types.md) and of Docker's schema 2.</summary>
internal static class MediaTypes
{
    internal static bool IsIndex(string? type) =>
        type is "application/vnd.oci.image.index.v1+json" or "application/vnd.docker.distribution.manifest.list.v2+json";

    internal static bool IsManifest(string? type) =>
        type is "application/vnd.oci.image.manifest.v1+json" or "application/vnd.docker.distribution.manifest.v2+json";

    internal static bool IsConfig(string? type) =>
        type is "application/vnd.oci.image.config.v1+json" or "application/vnd.docker.container.image.v1+json";

    /// <summary>A layer is a tar archive; how it is compressed is told by its bytes.</summary>
    internal static bool IsLayer(string? type) => type
        is "application/vnd.oci.image.layer.v1.tar"
        or "application/vnd.oci.image.layer.v1.tar+gzip"
        or "application/vnd.oci.image.layer.v1.tar+zstd"
        or "application/vnd.oci.image.layer.nondistributable.v1.tar"
        or "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
        or "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
        or "application/vnd.docker.image.rootfs.diff.tar"
        or "application/vnd.docker.image.rootfs.diff.tar.gzip"
        or "application/vnd.docker.image.rootfs.diff.tar.zstd";
}
