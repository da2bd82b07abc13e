using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// Finds out what there is, and opens images: an index or a catalog on this host or over HTTP, a repository of a registry, a bundle, an image in a file.
/// </summary>
/// <param name="http">The client. Its handler follows redirects as configured; an image's bytes are verified, whoever sends them.</param>
/// <param name="time">The clock.</param>
/// <param name="answered">Called before each request of many for one list: what takes minutes is still no silence. Null: nobody waits for a sign of life.</param>
public sealed class UpdateSource(HttpClient http, TimeProvider time, Action? answered = null) : IUpdateSource, IImageOpener, IRangeOpener
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private const string IndexName = "index.json";
    private const string BundleEnding = ".bundle.tar";
    private static readonly string[] ImageEndings = [".img", ".img.zst", ".img.gz", ".img.xz"];

    /// <summary>Whether the settings name a source that can be asked what it has: an image in a file has no list.</summary>
    public static bool HasList(UpdateSettings settings) =>
        settings.Server is not null && !(Uri.TryCreate(settings.Server, UriKind.Absolute, out var uri) && IsOneImage(uri));

    /// <summary>Whether a version is blocked by taking it away: a registry has no other way.</summary>
    public static bool BlocksByRemoval(UpdateSettings settings) => Uri.TryCreate(settings.Server, UriKind.Absolute, out var uri) && uri.Scheme == RegistryReference.Scheme;

    /// <summary>Reads what the settings' server has, and verifies who published it.</summary>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="version">The version that is asked for; null for the newest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The index and its own location.</returns>
    /// <exception cref="AgentException">It is not there, not trusted, or not valid.</exception>
    public async Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings, string? version, CancellationToken cancellationToken)
    {
        var location = LocationOf(settings);
        var key = settings.PublicKey is { } file ? await PublisherSignature.KeyAsync(file, cancellationToken) : null;
        if (location.Scheme == RegistryReference.Scheme)
            return (await new RegistrySource(http, time, answered).ReadAsync(RegistryReference.Parse(settings.Server!), key, i => UpdateGates.IsOurs(i, settings), cancellationToken), location);
        if (location.IsFile && location.AbsolutePath.EndsWith(BundleEnding, StringComparison.Ordinal))
            return ((await BundleSource.ReadAsync(location, key, cancellationToken)) with { Series = IndexMemory.SeriesOf(key, "bundle") }, location);
        if (IsOneImage(location))
            return (await FileSource.ReadAsync(location, version, settings, key, cancellationToken), location);
        var documents = new Documents(http, time, Silence);
        var content = await documents.ReadAsync(location, UpdateIndex.LimitBytes, cancellationToken);
        if (key is not null)
        {
            var signature = await documents.SignatureAsync(location, cancellationToken);
            PublisherSignature.Demand(content, signature, key, $"The index {location.GetLeftPart(UriPartial.Path)}");
        }

        var index = CatalogSource.IsCatalog(location) ? CatalogSource.Parse(location, content, settings) : UpdateIndex.Parse(location, content);
        return (index with { Series = IndexMemory.SeriesOf(key, location.GetLeftPart(UriPartial.Path)) }, location);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Uri location, CancellationToken cancellationToken)
    {
        if (location.IsFile)
            return Task.FromResult<Stream>(new LocalImage(location.LocalPath, cancellationToken));
        return Task.Run<Stream>(
            () =>
            {
                if (ImageLocation.OfBundle(location) is { } bundled)
                    return BundleSource.Open(bundled.Path, bundled.Entry, cancellationToken);
                var stream = new ResumingHttpStream(http, ImageLocation.OverHttp(location), time, Silence, cancellationToken);
                stream.Begin();
                return stream;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    IRangeSource IRangeOpener.Ranges(Uri location) =>
        location.IsFile ? new LocalRanges(location, location.LocalPath)
        : ImageLocation.OfBundle(location) is { } bundled ? BundleSource.Ranges(location, bundled.Path, bundled.Entry)
        : new HttpRanges(http, ImageLocation.OverHttp(location), time, Silence);

    private static bool IsOneImage(Uri location) => location.IsFile && ImageEndings.Any(e => location.AbsolutePath.EndsWith(e, StringComparison.Ordinal));

    private static Uri LocationOf(UpdateSettings settings)
    {
        if (settings.Server is null)
            throw Setting("no server is configured", $"Set server in {UpdateSettings.DefaultFile}, or give --server");
        if (!Uri.TryCreate(settings.Server, UriKind.Absolute, out var uri) || uri.Scheme is not ("file" or "http" or "https" or RegistryReference.Scheme))
            throw Setting($"'{settings.Server}' is no file, http, https or oci URL", "Correct server");
        // What a digest names can't be anything else, whoever sends it.
        var isPinned = uri.Scheme == RegistryReference.Scheme && RegistryReference.Parse(settings.Server).Digest is not null;
        if (!uri.IsFile && settings.PublicKey is null && !isPinned)
            throw Setting("what is there comes from another host, and no key says whom to trust", "Set pubkey to the public key that it is signed with");
        return uri.AbsolutePath.EndsWith('/') && uri.Scheme != RegistryReference.Scheme ? new Uri($"{uri.GetLeftPart(UriPartial.Path)}{IndexName}{uri.Query}") : uri;
    }

    private static AgentException Setting(string why, string next) =>
        new(PartitionsErrors.SettingsInvalid, "It is not known where updates come from", why, next);
}
