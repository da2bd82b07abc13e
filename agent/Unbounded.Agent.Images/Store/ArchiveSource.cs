using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux.Compression;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Store;

/// <summary>A tar archive.</summary>
internal sealed class ArchiveSource : IImageSource
{
    private const int HeaderSize = 512;
    private readonly ArchiveReference _reference;
    private readonly UnpackOptions _options;
    private readonly FileStatus _status;

    internal ArchiveSource(ArchiveReference reference, UnpackOptions options, TimeProvider time)
    {
        _reference = reference;
        _options = options;
        _status = FileStatus.TryGet(reference.Path) is { Type: FileKind.SymbolicLink }
            ? Follow(reference)
            : FileStatus.TryGet(reference.Path) ?? throw Missing("no such file");
        if (_status.Type != FileKind.Regular)
            throw Missing($"it is no regular file ({_status.Type})");
        Identity = SourceTime.IsSettled(_status, time) ? Describe(_status) : null;
    }

    public long? SourceBytes => _status.Size;

    public ContentDigest? KnownDigest => null;

    public string? Identity { get; }

    public Task<ContentDigest?> ComputeDigestAsync(Action<long> advanced, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var stream = new MeteredStream(Open(out _), advanced);
            return ContentDigest.FromHex(stream.Finish(cancellationToken));
        },
        cancellationToken);

    public long EstimateBytes(string store)
    {
        using var stream = Open(out _);
        var start = new byte[HeaderSize];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        // Compressed data seldom grows: what is stored is at least as large.
        return Math.Max(_status.Size, ArchiveInput.FormatOf(start.AsSpan(0, length), _reference.ToString()) == ArchiveFormat.Zstd
            ? ZstdStream.ContentSize(start.AsSpan(0, length)) ?? 0
            : 0);
    }

    public (ContentDigest Digest, UnpackResult Result) Write(string directory, Action<long> advanced, CancellationToken cancellationToken)
    {
        using var stream = new MeteredStream(Open(out var file), advanced);
        var name = _reference.ToString();
        var result = ArchiveUnpacker.Unpack(stream, name, directory, _options, Mismatch, out var hex, cancellationToken);
        if (!string.Equals(Describe(FileStatus.Get(file, name)), Describe(_status), StringComparison.Ordinal))
        {
            throw new AgentException(
                ImageErrors.SourceChanged, $"The image {name} was not stored", "the file changed while it was read", "Try again when nothing writes to it.");
        }

        return (ContentDigest.FromHex(hex)!, result);
    }

    internal static AgentException DigestMismatch(ImageReference reference, ContentDigest actual) => new(
        ImageErrors.DigestMismatch,
        $"The image {reference} was refused",
        $"its content has the digest {actual}",
        "Copy the image again, or correct the digest in the reference.");

    private static string Describe(FileStatus s) => string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Device.Major}:{s.Device.Minor} {s.Inode} {s.Size} {s.ModificationSeconds}.{s.ModificationNanoseconds} {s.ChangeSeconds}.{s.ChangeNanoseconds}");

    private static FileStatus Follow(ArchiveReference reference)
    {
        using var file = KernelFile.Open(reference.Path, OpenFlags.Path);
        return FileStatus.Get(file, reference.Path);
    }

    private AgentException? Mismatch(string hex) =>
        _reference.Digest is null || string.Equals(hex, _reference.Digest.Hex, StringComparison.Ordinal)
            ? null
            : DigestMismatch(_reference, ContentDigest.FromHex(hex)!);

    private FileStream Open(out SafeFileHandle file)
    {
        file = KernelFile.Open(_reference.Path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        return new FileStream(file, FileAccess.Read, bufferSize: 0);
    }

    private AgentException Missing(string why) => new(
        ImageErrors.SourceMissing, $"The image {_reference} was not found", why, "Copy the archive to the host, or correct the reference.");
}
