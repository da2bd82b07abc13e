using System.Net;
using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Registry;

/// <summary>
/// A repository of a registry, or something in it: <c>oci://HOST[:PORT]/REPOSITORY[:TAG][@sha256:HEX]</c>. Names are those of the OCI distribution
/// specification ("Pulling manifests"). A registry on the loopback interface is spoken to in plain HTTP, every other one over TLS only.
/// </summary>
/// <param name="Host">Host, with a port where one is given.</param>
/// <param name="Repository">Name of the repository.</param>
/// <param name="Tag">A tag; null for none.</param>
/// <param name="Digest">A digest, of a manifest or of a blob, as the caller means it; null for none.</param>
public sealed partial record RegistryReference(string Host, string Repository, string? Tag = null, ContentDigest? Digest = null)
{
    /// <summary>The scheme.</summary>
    public const string Scheme = "oci";

    private const int LongestRepository = 255;
    private const string Prefix = Scheme + "://";

    /// <summary>Where the repository's own part of the API begins.</summary>
    public Uri Endpoint => new($"{(IsLoopback ? "http" : "https")}://{Host}/v2/{Repository}/");

    private bool IsLoopback => new Uri($"https://{Host}/").Host.Trim('[', ']') is var name && (name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Reads a reference.</summary>
    /// <exception cref="AgentException">It is none.</exception>
    public static RegistryReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            throw Invalid(text, "it does not begin with oci://");
        var rest = text[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
            throw Invalid(text, "it names no repository");
        var (host, path) = (rest[..slash], rest[(slash + 1)..].TrimEnd('/'));
        if (host.Contains('@', StringComparison.Ordinal))
            throw Invalid("oci://...", "a user or password is in it; credentials belong into the configuration of docker login");
        if (!Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || uri.Query.Length > 0 || !HostName().IsMatch(host))
            throw Invalid(text, "its host is none");
        ContentDigest? digest = null;
        if (path.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            digest = ContentDigest.TryParse(path[(at + 1)..]) ?? throw Invalid(text, "behind @ is no digest: sha256: and 64 lowercase hex digits");
            path = path[..at];
        }

        string? tag = null;
        if (path.LastIndexOf(':') is >= 0 and var colon)
        {
            tag = path[(colon + 1)..];
            path = path[..colon];
            if (!IsTag(tag))
                throw Invalid(text, "its tag is none: letters, digits, '_', '.', '-', at most 128");
        }

        return path.Length is > 0 and <= LongestRepository && Name().IsMatch(path)
            ? new(host, path, tag, digest)
            : throw Invalid(text, "its repository is none: lowercase letters and digits, '.', '_', '-' and '/' between them");
    }

    /// <summary>Whether a text can be a tag.</summary>
    public static bool IsTag(string text) => TagName().IsMatch(text);

    /// <summary>Where a blob is fetched from.</summary>
    public Uri Blob(ContentDigest digest) => new(Endpoint, $"blobs/{digest}");

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{Host}/{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";

    private static AgentException Invalid(string text, string why) => new(
        ImageErrors.RegistryReferenceInvalid,
        $"'{text}' names nothing in a registry",
        why,
        "Write oci://HOST[:PORT]/REPOSITORY, and behind it :TAG or @sha256:HEX where one thing is meant");

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TagName();

    [GeneratedRegex(@"^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HostName();
}
