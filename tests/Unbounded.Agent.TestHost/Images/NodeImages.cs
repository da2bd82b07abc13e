namespace Unbounded.Agent.TestHost.Images;

/// <summary>
/// The node images that <c>images/node/build</c> made. v1 and v2 differ in the kubelet alone; hosts see the same tree at
/// <see cref="Hosts.SystemdHost.ImagesMount"/>.
/// </summary>
public static class NodeImages
{
    /// <summary>The Kubernetes version of v1's kubelet.</summary>
    public const string Version1 = "v1.20.2";

    /// <summary>The Kubernetes version of v2's kubelet.</summary>
    public const string Version2 = "v1.20.4";

    /// <summary>Names below <see cref="Root"/>: an OCI layout with the tags base, v1 and v2.</summary>
    public const string Layout = "layout";

    /// <summary>The whole of v1 as tar+zstd.</summary>
    public const string ArchiveZstd = "v1.tar.zst";

    /// <summary>The whole of v1 as tar+gzip.</summary>
    public const string ArchiveGzip = "v1.tar.gz";

    /// <summary>The whole of v1, unpacked.</summary>
    public const string Unpacked = "v1";

    /// <summary>Where they lie on this machine.</summary>
    public static string Root { get; } = Path.Combine(TestHostPaths.Cache, "node");

    /// <summary>Says how to make the images when they are not there.</summary>
    /// <exception cref="InvalidOperationException">They are not there.</exception>
    public static void ThrowIfMissing()
    {
        if (!File.Exists(Path.Combine(Root, "images.stamp")))
            throw new InvalidOperationException($"No node images in {Root}. Make them with: images/node/build");
    }
}
