using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>
/// The open directories of a tree that is being written. Each is opened with openat2(2), so that whatever an image did to the
/// path before, the directory lies below the root.
/// </summary>
internal sealed class DirectoryCache(SafeFileHandle root, PathResolution resolution, int deepest) : IDisposable
{
    private const int Capacity = 128;
    private const UnixFileMode MissingParent = (UnixFileMode)0x1ed;

    private readonly Dictionary<byte[], SafeFileHandle> _open = new(Capacity, new BytesComparer());

    /// <summary>Parents that were made.</summary>
    internal long Made { get; private set; }

    /// <summary>The directory of a path, made with its parents where it is missing (0755, as tar does).</summary>
    /// <returns>The error number, 0 for success.</returns>
    internal int Open(ReadOnlySpan<byte> path, out SafeFileHandle directory)
    {
        directory = root;
        if (path.IsEmpty || _open.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out directory!))
            return 0;
        var errno = TryOpen(path, out var opened);
        if (errno == Errno.ENOENT)
        {
            var slash = path.LastIndexOf((byte)'/');
            errno = Open(slash < 0 ? default : path[..slash], out var parent);
            if (errno == 0)
                errno = KernelAt.MakeDirectory(parent, path[(slash + 1)..], MissingParent);
            if (errno == 0)
                errno = KernelAt.SetMode(parent, path[(slash + 1)..], MissingParent);
            if (errno == 0)
                errno = TryOpen(path, out opened);
            Made++;
        }

        if (errno == 0 && !IsShallow(opened!))
        {
            opened!.Dispose();
            errno = Errno.ENAMETOOLONG;
        }

        if (errno != 0)
            return errno;
        if (_open.Count >= Capacity)
            Clear();
        directory = opened!;
        _open.Add(path.ToArray(), directory);
        return 0;
    }

    /// <summary>
    /// Whether a directory is no deeper than accepted. Only a link can lead deeper than the path that was asked for: links into
    /// links build trees that nothing could walk.
    /// </summary>
    private bool IsShallow(SafeFileHandle directory)
    {
        if (!resolution.HasFlag(PathResolution.InRoot))
            return true;
        return KernelFile.TryGetDepth(directory, out var depth) && KernelFile.TryGetDepth(root, out var above) && depth - above <= deepest;
    }

    /// <summary>Opens without making or keeping anything; the caller disposes.</summary>
    internal int TryOpen(ReadOnlySpan<byte> path, out SafeFileHandle? directory) => KernelAt.Open(
        root, path.IsEmpty ? "."u8 : path, OpenFlags.ReadOnly | OpenFlags.Directory, UnixFileMode.None, resolution, out directory);

    /// <summary>Forgets all: something was removed that may be one of them.</summary>
    internal void Clear()
    {
        foreach (var handle in _open.Values)
            handle.Dispose();
        _open.Clear();
    }

    public void Dispose() => Clear();
}
