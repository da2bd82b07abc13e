using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Copying;

/// <summary>
/// One copy of a tree, with everything that a tar archive would keep of it. A file that changes while it is copied fails the copy;
/// other file systems mounted in it, and sockets, are left out.
/// </summary>
internal sealed class TreeCopy : IDisposable
{
    private readonly string _source;
    private readonly string _destination;
    private readonly UnpackOptions _options;
    private readonly TreeDigest? _digest;
    private readonly FileCopier _copier;
    private readonly SafeFileHandle _from;
    private readonly SafeFileHandle? _to;
    private readonly CancellationToken _stop;
    private readonly Dictionary<((uint, uint) Device, ulong Inode), byte[]> _firstNames = [];
    private long _entries;
    private long _bytes;

    /// <summary>Opens both ends.</summary>
    /// <param name="source">The tree.</param>
    /// <param name="destination">An existing, empty directory; null to compute the digest only.</param>
    /// <param name="options">What it may bring and how large it may be.</param>
    /// <param name="digest">Takes every entry; null when nobody wants the digest.</param>
    /// <param name="advanced">Told the bytes of content copied so far.</param>
    /// <param name="stop">Stops it between two pieces.</param>
    internal TreeCopy(string source, string? destination, UnpackOptions options, TreeDigest? digest, Action<long>? advanced, CancellationToken stop)
    {
        _source = source;
        _destination = destination ?? source;
        _options = options;
        _digest = digest;
        _stop = stop;
        _copier = new FileCopier(done =>
        {
            _bytes = done;
            advanced?.Invoke(done);
        });
        _from = KernelFile.Open(source, OpenFlags.ReadOnly | OpenFlags.Directory);
        _to = destination is null ? null : KernelFile.Open(destination, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
    }

    /// <summary>Copies. Nothing is synced.</summary>
    internal UnpackResult Run()
    {
        if (_to is not null)
            _ = KernelXattr.Remove(_to, "system.posix_acl_default"u8);
        var status = FileStatus.Get(_from, _source);
        var attributes = AttributesOf(_from, "."u8.ToArray(), []);
        _digest?.Add([], status, attributes, [], null);
        _entries++;
        using (var opened = TreeWalk.Open(_from, "."u8, out _) ?? throw TreeWalk.Changed(_source))
            CopyEntries(opened, _to, [], 0);
        if (_to is not null)
            SetAttributes(_to, "."u8.ToArray(), [], status, attributes);
        return new UnpackResult(_entries, _bytes);
    }

    public void Dispose()
    {
        _from.Dispose();
        _to?.Dispose();
    }

    private void CopyEntries(SafeFileHandle from, SafeFileHandle? to, byte[] prefix, int depth)
    {
        foreach (var entry in TreeWalk.Entries(from, _source))
        {
            _stop.ThrowIfCancellationRequested();
            var path = TreeWalk.Join(prefix, entry.Name);
            if (++_entries > _options.Limits.Entries)
                throw UnpackError.TooMuch(ImageErrors.TooManyEntries, _source, path, $"it is one more than the {_options.Limits.Entries} entries that are accepted");
            if (KernelAt.GetStatus(from, entry.Name, out var status) != 0)
                throw TreeWalk.Changed(_source);
            if (status.Type == FileKind.Socket)
                continue;
            var attributes = AttributesOf(from, entry.Name, path);
            if (status.Type == FileKind.Directory)
                CopyDirectory(from, to, entry.Name, path, depth, status, attributes);
            else if (status.LinkCount > 1 && _firstNames.TryGetValue((status.Device, status.Inode), out var first))
                Link(to, entry.Name, path, first, status, attributes);
            else
                CopyFile(from, to, entry.Name, path, status, attributes);
        }
    }

    private void CopyDirectory(
        SafeFileHandle from, SafeFileHandle? to, byte[] name, byte[] path, int depth, FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
    {
        if (depth >= _options.Limits.PathDepth)
            throw TreeWalk.TooDeep(_source, path);
        _digest?.Add(path, status, attributes, [], null);
        if (to is not null)
            Check(KernelAt.MakeDirectory(to, name, (UnixFileMode)0x1c0), "mkdirat", path);
        using (var child = TreeWalk.Open(from, name, out var isMount))
        {
            if (child is null && !isMount)
                throw TreeWalk.Changed(_source);
            if (child is not null)
            {
                using var made = to is null ? null : TreeWalk.Open(to, name, out _) ?? throw TreeWalk.Changed(_destination);
                CopyEntries(child, made, path, depth + 1);
            }
        }

        // After its entries: they change its time, and would inherit its default ACL.
        if (to is not null)
            SetAttributes(to, name, path, status, attributes);
    }

    private void CopyFile(
        SafeFileHandle from, SafeFileHandle? to, byte[] name, byte[] path, FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
    {
        byte[] target = [];
        byte[]? content = null;
        switch (status.Type)
        {
            case FileKind.Regular:
                content = CopyContent(from, to, name, path, status);
                break;
            case FileKind.SymbolicLink:
                Check(KernelAt.ReadLink(from, name, out target), "readlinkat", path);
                if (to is not null)
                    Check(KernelAt.MakeSymbolicLink(target, to, name), "symlinkat", path);
                break;
            default:
                var (major, minor) = status.Type == FileKind.Fifo ? (0u, 0u) : status.SpecialDevice;
                if (status.Type != FileKind.Fifo && !DeviceRules.Allows(_options.Devices, status.Type, major, minor))
                    throw UnpackError.DeviceNotAllowed(_source, path, status.Type, major, minor);
                if (to is not null)
                    Check(KernelAt.MakeNode(to, name, status.Type, (UnixFileMode)0x180, major, minor), "mknodat", path);
                break;
        }

        _digest?.Add(path, status, attributes, target, content);
        if (status.LinkCount > 1)
            _firstNames[(status.Device, status.Inode)] = path;
        if (to is not null)
            SetAttributes(to, name, path, status, attributes);
    }

    private byte[]? CopyContent(SafeFileHandle from, SafeFileHandle? to, byte[] name, byte[] path, FileStatus status)
    {
        if (status.Size > _options.Limits.FileLength)
            throw UnpackError.TooMuch(ImageErrors.FileTooLarge, _source, path, $"the file has {status.Size} bytes, more than {_options.Limits.FileLength}");
        var flags = OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock;
        if (KernelAt.Open(from, name, flags, UnixFileMode.None, PathResolution.Beneath | PathResolution.NoSymbolicLinks, out var source) != 0)
            throw TreeWalk.Changed(_source);
        using (source)
        {
            SafeFileHandle? destination = null;
            if (to is not null)
                Check(KernelAt.CreateFile(to, name, (UnixFileMode)0x180, out destination), "openat", path);
            using (destination)
            using (var hash = _digest is null ? null : new ContentHash())
            {
                Check(_copier.Copy(source!, destination, status.Size, hash, _stop), "pwrite", path);
                var after = FileStatus.Get(source!, _source);
                if ((after.Size, after.ChangeSeconds, after.ChangeNanoseconds, after.Inode)
                    != (status.Size, status.ChangeSeconds, status.ChangeNanoseconds, status.Inode))
                    throw TreeWalk.Changed(_source);
                return hash?.Finish();
            }
        }
    }

    private void Link(
        SafeFileHandle? to, byte[] name, byte[] path, byte[] first, FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
    {
        _digest?.Add(path, status, attributes, first, null);
        if (to is null)
            return;
        var slash = first.AsSpan().LastIndexOf((byte)'/');
        using var directory = TreeWalk.Open(_to!, slash < 0 ? "."u8 : first.AsSpan(0, slash), out _) ?? throw TreeWalk.Changed(_destination);
        Check(KernelAt.MakeHardLink(directory, first.AsSpan(slash + 1), to, name), "linkat", path);
    }

    private IReadOnlyList<KeyValuePair<byte[], byte[]>> AttributesOf(SafeFileHandle directory, byte[] name, byte[] path)
    {
        Check(KernelXattr.GetAll(directory, name, out var attributes), "llistxattr", path);
        return attributes;
    }

    private void SetAttributes(SafeFileHandle directory, byte[] name, byte[] path, FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
    {
        Check(KernelAt.SetOwner(directory, name, new FileOwner(status.Uid, status.Gid)), "fchownat", path);
        if (status.Type != FileKind.SymbolicLink)
            Check(KernelAt.SetMode(directory, name, status.Permissions), "fchmodat", path);
        foreach (var (attribute, value) in attributes)
        {
            if (KernelXattr.Set(directory, name, attribute, value) is not 0 and var errno)
                throw UnpackError.Attribute(errno, _source, path, attribute, value.Length, _destination);
        }

        Check(KernelAt.SetModificationTime(directory, name, status.ModificationSeconds, status.ModificationNanoseconds), "utimensat", path);
    }

    private void Check(int errno, string call, ReadOnlySpan<byte> path)
    {
        if (errno != 0)
            throw KernelError.From(errno, call, $"The entry {EntryName.Escape(path)} of {_source} could not be copied", _destination);
    }
}
