using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Registry;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// Where bytes of an image are: <c>file:///PATH</c>, <c>http(s)://…</c>, <c>oci://HOST/REPOSITORY@sha256:HEX</c> (a blob of a registry), and
/// <c>bundle:///PATH?entry=NAME</c> (a file in a tar file on this host).
/// </summary>
internal static class ImageLocation
{
    private const string BundleScheme = "bundle";
    private const string EntryQuery = "?entry=";

    /// <summary>Whether the agent can read from there.</summary>
    public static bool IsKnown(Uri location) => location.Scheme switch
    {
        "file" or "http" or "https" => true,
        BundleScheme => OfBundle(location) is not null,
        RegistryReference.Scheme => IsBlob(location),
        _ => false,
    };

    /// <summary>Whether it is on this host.</summary>
    public static bool IsLocal(Uri location) => location.IsFile || location.Scheme == BundleScheme;

    /// <summary>A file in a bundle.</summary>
    public static Uri InBundle(string path, string entry) =>
        new($"{BundleScheme}://{new Uri(path).AbsolutePath}{EntryQuery}{Uri.EscapeDataString(entry)}");

    /// <summary>Path of a bundle and the name in it; null for another location.</summary>
    public static (string Path, string Entry)? OfBundle(Uri location) => location.Scheme == BundleScheme && location.Query.StartsWith(EntryQuery, StringComparison.Ordinal)
        ? (Uri.UnescapeDataString(location.AbsolutePath), Uri.UnescapeDataString(location.Query[EntryQuery.Length..]))
        : null;

    /// <summary>What a client of HTTP fetches for a location that is not on this host: a blob of a registry is a file behind HTTP like any other.</summary>
    public static Uri OverHttp(Uri location) => location.Scheme == RegistryReference.Scheme && RegistryReference.Parse(location.AbsoluteUri) is { Digest: { } digest } blob
        ? blob.Blob(digest)
        : location;

    private static bool IsBlob(Uri location)
    {
        try
        {
            // Of a target, behind # is what its index said of it.
            return RegistryReference.Parse(location.GetLeftPart(UriPartial.Query)).Digest is not null;
        }
        catch (AgentException)
        {
            return false;
        }
    }
}
