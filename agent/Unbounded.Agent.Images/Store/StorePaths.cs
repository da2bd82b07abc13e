using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Store;

/// <summary>
/// The store's directories. An image is built in <c>work</c>, made durable there, marked complete, and only then renamed into
/// <c>images</c>; it is removed by a rename into <c>trash</c>. So <c>images</c> holds whole images at every instant.
/// </summary>
/// <param name="Root">The store.</param>
internal sealed record StorePaths(string Root)
{
    internal const string ClaimSuffix = ".claim";

    private const string ImagePrefix = "sha256-";

    internal string Images => Path.Combine(Root, "images");

    internal string Work => Path.Combine(Root, "work");

    internal string Trash => Path.Combine(Root, "trash");

    internal string Sources => Path.Combine(Root, "sources");

    internal string Image(ContentDigest digest) => Path.Combine(Images, ImagePrefix + digest.Hex);

    /// <summary>The unpacked tree of an image, or of one being built.</summary>
    internal static string RootOf(string directory) => Path.Combine(directory, "rootfs");

    /// <summary>The mark that an image is complete, with what is known of it.</summary>
    internal static string MarkOf(string directory) => Path.Combine(directory, "image.json");

    internal static ContentDigest? DigestOf(string directory)
    {
        var name = Path.GetFileName(directory);
        return name.StartsWith(ImagePrefix, StringComparison.Ordinal) ? ContentDigest.FromHex(name[ImagePrefix.Length..]) : null;
    }
}
