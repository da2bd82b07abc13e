using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Copying;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Store;

/// <summary>
/// A directory. It belongs to somebody who may change it at any time, so the store takes a copy (of its own blocks only where the
/// file system can't share them), whose content is then known by its digest.
/// </summary>
internal sealed class DirectorySource : IImageSource
{
    private readonly DirectoryReference _reference;
    private readonly UnpackOptions _options;
    private readonly TreeFingerprint _fingerprint;

    internal DirectorySource(DirectoryReference reference, UnpackOptions options, TimeProvider time)
    {
        _reference = reference;
        _options = options;
        if (!Directory.Exists(reference.Path))
        {
            throw new AgentException(
                ImageErrors.SourceMissing, $"The image {reference} was not found", "no such directory", "Create it, or correct the reference.");
        }

        using var root = OpenRoot();
        _fingerprint = TreeFingerprint.Of(root, reference.Path, options.Limits.PathDepth);
        Identity = SourceTime.IsSettled(_fingerprint.Newest, time) ? _fingerprint.Value : null;
    }

    public long? SourceBytes => _fingerprint.AllocatedBytes;

    public ContentDigest? KnownDigest => null;

    public string? Identity { get; }

    public Task<ContentDigest?> ComputeDigestAsync(Action<long> advanced, CancellationToken cancellationToken) =>
        Task.Run<ContentDigest?>(() => Copy(null, advanced, cancellationToken).Digest, cancellationToken);

    public long EstimateBytes(string store) => CanShareBlocks(store) ? 0 : _fingerprint.AllocatedBytes;

    public (ContentDigest Digest, UnpackResult Result) Write(string directory, Action<long> advanced, CancellationToken cancellationToken)
    {
        var copied = Copy(directory, advanced, cancellationToken);
        if (_reference.Digest is not null && copied.Digest != _reference.Digest)
            throw ArchiveSource.DigestMismatch(_reference, copied.Digest);
        // An entry that came, went or changed its name behind the copy's back.
        using var root = OpenRoot();
        if (!string.Equals(TreeFingerprint.Of(root, _reference.Path, _options.Limits.PathDepth).Value, _fingerprint.Value, StringComparison.Ordinal))
            throw TreeWalk.Changed(_reference.Path);
        return copied;
    }

    private (ContentDigest Digest, UnpackResult Result) Copy(string? directory, Action<long> advanced, CancellationToken cancellationToken)
    {
        using var digest = new TreeDigest();
        using var copy = new TreeCopy(_reference.Path, directory, _options, digest, advanced, cancellationToken);
        var result = copy.Run();
        return (digest.Finish(), result);
    }

    private SafeFileHandle OpenRoot() => KernelFile.Open(_reference.Path, OpenFlags.ReadOnly | OpenFlags.Directory);

    /// <summary>Tries it with one file.</summary>
    private bool CanShareBlocks(string store)
    {
        if (_fingerprint.Sample is null)
            return true;
        using var root = OpenRoot();
        using var place = KernelFile.Open(store, OpenFlags.ReadOnly | OpenFlags.Directory);
        var flags = OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock;
        if (KernelAt.Open(root, _fingerprint.Sample, flags, UnixFileMode.None, PathResolution.Beneath | PathResolution.NoSymbolicLinks, out var sample) != 0)
            return false;
        using (sample)
        {
            var name = System.Text.Encoding.ASCII.GetBytes($".{Guid.NewGuid():N}.unbounded-tmp");
            if (KernelAt.CreateFile(place, name, UnixFileMode.UserRead | UnixFileMode.UserWrite, out var probe) != 0)
                return false;
            using (probe)
            {
                _ = KernelAt.Remove(place, name, isDirectory: false);
                return KernelData.Clone(sample!, probe!) == 0;
            }
        }
    }
}
