using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>
/// Lays image layers over each other in one tree (OCI image specification, layer.md). A whiteout removes what lower layers
/// have and leaves what its own layer brings, in whatever order the layer names them.
/// </summary>
/// <param name="writer">The tree.</param>
/// <param name="image">What is unpacked, for errors.</param>
/// <param name="root">The tree's path, for errors.</param>
internal sealed class LayerApplier(TreeWriter writer, string image, string root)
{
    // What this layer brought: by directory and name, since a path can lead through links.
    private readonly HashSet<(ulong Directory, string Name)> _brought = [];
    private bool _isFirst = true;

    private static ReadOnlySpan<byte> WhiteoutPrefix => ".wh."u8;

    private static ReadOnlySpan<byte> BookkeepingPrefix => ".wh..wh."u8;

    private static ReadOnlySpan<byte> OpaqueName => ".wh..wh..opq"u8;

    /// <summary>Applies the next layer.</summary>
    internal void Apply(TarReader layer, CancellationToken cancellationToken)
    {
        _brought.Clear();
        while (layer.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = writer.Parse(entry.Name, entry.Name);
            if (IsWhiteout(path))
            {
                writer.CountEntry(entry.Name);
                Hide(entry, path, cancellationToken);
                continue;
            }

            writer.Write(entry, layer, cancellationToken);
            if (!_isFirst && !path.IsRoot)
                _brought.Add((InodeOf(path.Parent), Key(path.Name)));
        }

        _isFirst = false;
    }

    private static string Key(ReadOnlySpan<byte> name) => System.Text.Encoding.Latin1.GetString(name);

    private static bool IsWhiteout(EntryPath path) =>
        path.Full.Span.StartsWith(WhiteoutPrefix) || path.Full.Span.IndexOf("/.wh."u8) >= 0;

    private void Hide(TarEntry entry, EntryPath path, CancellationToken cancellationToken)
    {
        var isOpaque = path.Name.SequenceEqual(OpaqueName);
        // Other names of this form, and what is below them, were aufs' own bookkeeping; no layer means them.
        if (!isOpaque && (path.Full.Span.StartsWith(BookkeepingPrefix) || path.Full.Span.IndexOf("/.wh..wh."u8) >= 0))
            return;
        var hidden = path.Name.StartsWith(WhiteoutPrefix) ? path.Name[WhiteoutPrefix.Length..] : default;
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8))
            throw UnpackError.Unsafe(ImageErrors.InvalidWhiteout, image, entry.Name, "it would hide no entry of a directory");
        // Nothing below it, or no such directory below it: nothing to hide.
        if (_isFirst || writer.Directories.TryOpen(path.Parent, out var directory) != 0)
            return;
        using (directory)
        {
            if (isOpaque)
                RemoveLowerContent(directory!, cancellationToken);
            else
                RemoveLower(directory!, FileStatus.Get(directory!, root).Inode, hidden.ToArray(), cancellationToken);
        }

        // What is open may be gone.
        writer.Directories.Clear();
    }

    private void RemoveLowerContent(SafeFileHandle directory, CancellationToken cancellationToken)
    {
        var inode = FileStatus.Get(directory, root).Inode;
        foreach (var child in DirectoryReader.Read(directory, root))
            RemoveLower(directory, inode, child.Name, cancellationToken);
    }

    private void RemoveLower(SafeFileHandle directory, ulong inode, byte[] name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (KernelAt.GetStatus(directory, name, out var status) != 0)
            return;
        var isBrought = _brought.Contains((inode, Key(name)));
        if (status.Type != FileKind.Directory)
        {
            if (!isBrought)
                FileTree.Delete(directory, name, root, cancellationToken);
            return;
        }

        // Nothing of this layer can be in it when this layer has brought nothing at all.
        if (_brought.Count == 0)
        {
            FileTree.Delete(directory, name, root, cancellationToken);
            return;
        }

        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
        if (KernelAt.Open(directory, name, flags, UnixFileMode.None, PathResolution.Beneath | PathResolution.NoSymbolicLinks, out var child) != 0)
            return;
        using (child)
            RemoveLowerContent(child!, cancellationToken);
        // A directory that now holds something holds what this layer brought.
        if (!isBrought)
            _ = KernelAt.Remove(directory, name, isDirectory: true);
    }

    private ulong InodeOf(ReadOnlySpan<byte> parent)
    {
        var errno = writer.Directories.Open(parent, out var directory);
        return errno == 0 ? FileStatus.Get(directory, root).Inode : throw UnpackError.Kernel(errno, "openat2", image, parent, root);
    }
}
