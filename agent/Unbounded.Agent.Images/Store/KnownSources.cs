using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>
/// Remembers which digest a source had, so that preparing from an image that is stored reads nothing of it again. It is a cache: a
/// lost or damaged entry costs time only, so entries are written whole but not durably awaited for anything.
/// </summary>
internal sealed class KnownSources(StorePaths paths)
{
    private const int LargestEntry = 64 << 10;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The digest of a source that has not changed since it was remembered; null when that is not known.</summary>
    internal ContentDigest? Find(string reference, string identity)
    {
        var bytes = BoundedFile.TryRead(PathOf(reference), LargestEntry);
        if (bytes is null)
            return null;
        try
        {
            var known = StoredJson.Read(bytes, StoreJson.Default.KnownSource);
            return string.Equals(known.Reference, reference, StringComparison.Ordinal) && string.Equals(known.Identity, identity, StringComparison.Ordinal)
                ? ContentDigest.TryParse(known.Digest)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal Task RememberAsync(string reference, string identity, ContentDigest digest, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(
            PathOf(reference),
            JsonSerializer.SerializeToUtf8Bytes(new KnownSource(reference, identity, digest.ToString()), StoreJson.Default.KnownSource),
            Mode,
            owner: null,
            cancellationToken);

    /// <summary>Forgets what leads to no stored image.</summary>
    internal void Sweep(Func<ContentDigest, bool> isStored)
    {
        foreach (var path in Directory.EnumerateFiles(paths.Sources, "*.json"))
        {
            KnownSource? known = null;
            try
            {
                known = BoundedFile.TryRead(path, LargestEntry) is { } bytes ? StoredJson.Read(bytes, StoreJson.Default.KnownSource) : null;
            }
            catch (Exception e) when (e is JsonException or Core.Errors.AgentException)
            {
                // Damaged: forgotten below.
            }

            if (ContentDigest.TryParse(known?.Digest) is not { } digest || !isStored(digest))
                File.Delete(path);
        }
    }

    private string PathOf(string reference) =>
        Path.Combine(paths.Sources, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference))) + ".json");
}
