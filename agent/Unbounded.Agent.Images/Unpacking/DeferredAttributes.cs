using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>
/// What can only be applied when everything is written: the times of directories (each entry made in one changes it), default
/// ACLs (entries would inherit them) and ACLs with names (the image's user database may come after them).
/// </summary>
internal sealed class DeferredAttributes
{
    private readonly Dictionary<byte[], (TarTime Time, byte[]? DefaultAcl, FileStatus Directory)> _directories = new(new BytesComparer());
    private readonly List<(byte[] Path, PosixAcl Acl, bool IsDefault)> _named = [];

    internal void Add(ReadOnlyMemory<byte> directory, TarTime time, byte[]? defaultAcl, FileStatus status) =>
        _directories[directory.ToArray()] = (time, defaultAcl, status);

    internal void Add(ReadOnlyMemory<byte> path, PosixAcl acl, bool isDefault) => _named.Add((path.ToArray(), acl, isDefault));

    internal void Apply(DirectoryCache directories, AttributeWriter writer)
    {
        ApplyNamedAcls(directories, writer);
        foreach (var (path, (time, acl, status)) in _directories)
        {
            if (directories.TryOpen(path, out var directory) != 0)
                continue;
            using (directory)
            {
                // A later entry or layer may have put another directory, or a link to one, in its place.
                if (!FileStatus.Get(directory!, "a directory").IsSameFileAs(status))
                    continue;
                if (acl is not null && KernelXattr.Set(directory!, "system.posix_acl_default"u8, acl) is not 0 and var errno)
                    writer.CheckAttribute(errno, path, "system.posix_acl_default"u8, acl.Length);
                _ = KernelData.SetModificationTime(directory!, time.Seconds, time.Nanoseconds);
            }
        }
    }

    private void ApplyNamedAcls(DirectoryCache directories, AttributeWriter writer)
    {
        if (_named.Count == 0)
            return;
        var names = UserDatabase.Read(directories);
        foreach (var (path, acl, isDefault) in _named)
        {
            var slash = path.AsSpan().LastIndexOf((byte)'/');
            if (directories.TryOpen(slash < 0 ? default : path.AsSpan(0, slash), out var directory) != 0)
                continue;
            using (directory)
            {
                var bytes = acl.ToBytes(names, out var unknown) ?? throw writer.UnknownName(path, unknown!);
                var name = path.Length == 0 ? "."u8 : path.AsSpan(slash + 1);
                Set(directory!, name, isDefault ? "system.posix_acl_default"u8 : "system.posix_acl_access"u8, bytes, path, writer);
            }
        }
    }

    private static void Set(
        SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, byte[] value, byte[] path, AttributeWriter writer)
    {
        var errno = KernelXattr.Set(directory, name, attribute, value);
        if (errno is not (0 or Errno.ENOENT))
            writer.CheckAttribute(errno, path, attribute, value.Length);
    }
}
