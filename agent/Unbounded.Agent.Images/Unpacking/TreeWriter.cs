using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>
/// Writes entries below a root that no name or link can leave: every directory is opened below the root with openat2(2), every
/// entry made in an open directory by its last component alone, never through a link. Nothing is synced here (law 9).
/// </summary>
internal sealed class TreeWriter : IDisposable
{
    private readonly string _image;
    private readonly string _rootPath;
    private readonly UnpackOptions _options;
    private readonly bool _isLayer;
    private readonly SafeFileHandle _root;
    private readonly DirectoryCache _directories;
    private readonly DeferredAttributes _deferred = new();
    private readonly AttributeWriter _attributes;
    private long _entries;
    private long _bytes;

    /// <summary>Opens an existing, empty directory as the root.</summary>
    /// <param name="rootPath">The directory.</param>
    /// <param name="image">What is unpacked, for errors.</param>
    /// <param name="options">What it may bring.</param>
    /// <param name="isLayer">
    /// Whether entries are those of image layers: they replace whatever a lower layer has, and reach through its links as in a
    /// chroot, both of which is an attack in a single archive.
    /// </param>
    internal TreeWriter(string rootPath, string image, UnpackOptions options, bool isLayer = false)
    {
        _image = image;
        _rootPath = rootPath;
        _options = options;
        _isLayer = isLayer;
        _root = KernelFile.Open(rootPath, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        var resolution = PathResolution.NoMagicLinks | PathResolution.NoMountCrossing
            | (isLayer ? PathResolution.InRoot : PathResolution.Beneath | PathResolution.NoSymbolicLinks);
        _directories = new DirectoryCache(_root, resolution, options.Limits.PathDepth);
        _attributes = new AttributeWriter(image, rootPath, options.Limits, _deferred);
        // What the place of the root would have every entry inherit is none of the image's.
        _ = KernelXattr.Remove(_root, "system.posix_acl_default"u8);
    }

    internal UnpackResult Result => new(_entries, _bytes);

    /// <summary>The root, for what else is done to the tree.</summary>
    internal DirectoryCache Directories => _directories;

    internal SafeFileHandle Root => _root;

    /// <summary>Writes one entry; its data is read from the reader.</summary>
    /// <returns>Its path.</returns>
    internal EntryPath Write(TarEntry entry, TarReader data, CancellationToken cancellationToken)
    {
        CountEntry(entry.Name);
        var path = Parse(entry.Name, entry.Name);
        if (path.IsRoot)
        {
            if (entry.Type != TarEntryType.Directory)
                throw UnpackError.Unsafe(ImageErrors.UnsafeName, _image, entry.Name, "it would take the place of the root");
            _attributes.ApplyToDirectory(entry, path, _root, "."u8);
            return path;
        }

        var directory = OpenDirectory(path.Parent, entry);
        switch (entry.Type)
        {
            case TarEntryType.RegularFile:
                WriteFile(entry, path, directory, data, cancellationToken);
                break;
            case TarEntryType.Directory:
                MakeDirectory(entry, path, directory);
                break;
            case TarEntryType.HardLink:
                MakeHardLink(entry, path, directory);
                break;
            case TarEntryType.SymbolicLink:
                MakeSymbolicLink(entry, path, directory);
                break;
            default:
                MakeNode(entry, path, directory);
                break;
        }

        return path;
    }

    /// <summary>Counts an entry, also one that writes nothing.</summary>
    internal void CountEntry(ReadOnlySpan<byte> name)
    {
        // Parents that no entry makes count too: one deep path would make hundreds.
        if (++_entries + _directories.Made > _options.Limits.Entries)
            throw UnpackError.TooMuch(ImageErrors.TooManyEntries, _image, name, $"it is one more than the {_options.Limits.Entries} entries that are accepted");
    }

    internal EntryPath Parse(ReadOnlyMemory<byte> name, ReadOnlySpan<byte> entry) => EntryPath.TryParse(name, _isLayer, _options.Limits, out var path) switch
    {
        PathVerdict.Fine => path,
        PathVerdict.TooLong or PathVerdict.TooDeep => throw UnpackError.TooMuch(ImageErrors.PathTooLong, _image, entry, "its path is too long or too deep"),
        PathVerdict.Absolute => throw UnpackError.Refused(
            ImageErrors.UnsafeName, _image, entry, "its name starts at the host's root", "Make the archive without absolute names: tar -C ROOT -c ."),
        PathVerdict.Climbs => throw UnpackError.Unsafe(ImageErrors.UnsafeName, _image, entry, "its name climbs out of the root with '..'"),
        PathVerdict.Empty => throw UnpackError.Unsafe(ImageErrors.UnsafeName, _image, entry, "its name is empty"),
        _ => throw UnpackError.Unsafe(ImageErrors.UnsafeName, _image, entry, "its name holds a NUL"),
    };

    /// <summary>The times and ACLs that can only be set when nothing else is written.</summary>
    internal void Finish() => _attributes.Finish(_directories);

    public void Dispose()
    {
        _directories.Dispose();
        _root.Dispose();
    }

    private void WriteFile(TarEntry entry, EntryPath path, SafeFileHandle directory, TarReader data, CancellationToken cancellationToken)
    {
        if (entry.Length > _options.Limits.FileLength)
            throw UnpackError.TooMuch(ImageErrors.FileTooLarge, _image, entry.Name, $"the file has {entry.Length} bytes, more than {_options.Limits.FileLength}");
        SafeFileHandle? file = null;
        _ = Make(entry, path, directory, "openat", (d, name) => KernelAt.CreateFile(d, name, (UnixFileMode)0x180, out file));
        using (file)
        {
            if (entry.Segments is not null)
                Check(KernelData.SetLength(file!, entry.Length), "ftruncate", entry);
            for (var chunk = data.ReadData(out var offset); !chunk.IsEmpty; chunk = data.ReadData(out offset))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _bytes += chunk.Length;
                if (_bytes > _options.Limits.TotalBytes)
                    throw UnpackError.TooMuch(ImageErrors.TooManyBytes, _image, entry.Name, $"with it the data is more than {_options.Limits.TotalBytes} bytes");
                Check(KernelData.WriteAt(file!, chunk, offset), "pwrite", entry);
            }

            _attributes.Apply(entry, path, file!);
        }
    }

    private void MakeDirectory(TarEntry entry, EntryPath path, SafeFileHandle directory)
    {
        var isThere = KernelAt.GetStatus(directory, path.Name, out var status) == 0 && status.Type == FileKind.Directory;
        if (!isThere)
            directory = Make(entry, path, directory, "mkdirat", static (d, name) => KernelAt.MakeDirectory(d, name, (UnixFileMode)0x1c0));
        _attributes.ApplyToDirectory(entry, path, directory, path.Name);
    }

    private void MakeSymbolicLink(TarEntry entry, EntryPath path, SafeFileHandle directory)
    {
        if (entry.LinkTarget.Length == 0)
            throw UnpackError.Unsafe(ImageErrors.UnsafeLink, _image, entry.Name, "it is a link to nothing");
        if (entry.LinkTarget.Length > _options.Limits.PathLength)
            throw UnpackError.TooMuch(ImageErrors.PathTooLong, _image, entry.Name, "its target is too long");
        directory = Make(entry, path, directory, "symlinkat", (d, name) => KernelAt.MakeSymbolicLink(entry.LinkTarget, d, name));
        _attributes.Apply(entry, path, directory, path.Name);
    }

    private void MakeHardLink(TarEntry entry, EntryPath path, SafeFileHandle directory)
    {
        var verdict = EntryPath.TryParse(entry.LinkTarget, _isLayer, _options.Limits, out var target);
        if (verdict != PathVerdict.Fine || target.IsRoot)
            throw UnpackError.Unsafe(ImageErrors.UnsafeLink, _image, entry.Name, $"it is a hard link to {EntryName.Escape(entry.LinkTarget)}, outside the root");
        // Not from the cache: opening one directory may close another there.
        var errno = _directories.TryOpen(target.Parent, out var targetDirectory);
        using (targetDirectory)
        {
            FileStatus status = default;
            if (errno == 0)
                errno = KernelAt.GetStatus(targetDirectory!, target.Name, out status);
            if (errno != 0 || status.Type == FileKind.Directory)
                throw LinkToNothing(entry);
            // A link to itself: replacing it would remove what it links to.
            if (KernelAt.GetStatus(directory, path.Name, out var present) == 0 && present.IsSameFileAs(status))
                return;
            _ = Make(entry, path, directory, "linkat", (d, name) => KernelAt.MakeHardLink(targetDirectory!, target.Name, d, name));
        }
    }

    private void MakeNode(TarEntry entry, EntryPath path, SafeFileHandle directory)
    {
        var kind = entry.Type switch
        {
            TarEntryType.CharacterDevice => FileKind.CharacterDevice,
            TarEntryType.BlockDevice => FileKind.BlockDevice,
            _ => FileKind.Fifo,
        };
        if (kind != FileKind.Fifo && !DeviceRules.Allows(_options.Devices, kind, entry.DeviceMajor, entry.DeviceMinor))
            throw UnpackError.DeviceNotAllowed(_image, entry.Name, kind, entry.DeviceMajor, entry.DeviceMinor);

        var isDevice = kind != FileKind.Fifo;
        directory = Make(entry, path, directory, "mknodat", (d, name) =>
            KernelAt.MakeNode(d, name, kind, (UnixFileMode)0x180, isDevice ? entry.DeviceMajor : 0, isDevice ? entry.DeviceMinor : 0));
        _attributes.Apply(entry, path, directory, path.Name);
    }

    /// <summary>Makes something that must be new, in place of what an earlier entry may have made.</summary>
    /// <returns>Its directory, which may have been opened anew.</returns>
    private SafeFileHandle Make(TarEntry entry, EntryPath path, SafeFileHandle directory, string call, MakeEntry make)
    {
        var errno = make(directory, path.Name);
        if (errno == Errno.EEXIST)
        {
            if (Remove(entry, path, directory) is FileKind.Directory or FileKind.SymbolicLink)
            {
                // Open directories may be below the removed one, or were reached through the removed link.
                _directories.Clear();
                directory = OpenDirectory(path.Parent, entry);
            }

            errno = make(directory, path.Name);
            // The target was in the directory that the link took the place of.
            if (errno == Errno.ENOENT && entry.Type == TarEntryType.HardLink)
                throw LinkToNothing(entry);
        }

        Check(errno, call, entry);
        return directory;
    }

    private AgentException LinkToNothing(TarEntry entry) => UnpackError.Unsafe(
        ImageErrors.UnsafeLink, _image, entry.Name, $"it is a hard link to {EntryName.Escape(entry.LinkTarget)}, which is no file of the image");

    private FileKind Remove(TarEntry entry, EntryPath path, SafeFileHandle directory)
    {
        Check(KernelAt.GetStatus(directory, path.Name, out var status), "statx", entry);
        if (_isLayer)
        {
            FileTree.Delete(directory, path.Name, _rootPath);
            return status.Type;
        }

        var errno = KernelAt.Remove(directory, path.Name, isDirectory: status.Type == FileKind.Directory);
        if (errno == Errno.ENOTEMPTY)
            throw UnpackError.Refused(ImageErrors.EntryConflict, _image, entry.Name, "a directory that is not empty is in its place", "Have the archive made again; it holds two things of one name.");
        Check(errno, "unlinkat", entry);
        return status.Type;
    }

    private SafeFileHandle OpenDirectory(ReadOnlySpan<byte> path, TarEntry entry)
    {
        var errno = _directories.Open(path, out var directory);
        return errno switch
        {
            0 => directory,
            Errno.ELOOP or Errno.ENOTDIR or Errno.EXDEV or Errno.EEXIST or Errno.ENOENT => throw UnpackError.Unsafe(
                ImageErrors.UnsafePath, _image, entry.Name, "its path goes through a link or something else that is no directory"),
            Errno.ENAMETOOLONG => throw UnpackError.TooMuch(ImageErrors.PathTooLong, _image, entry.Name, "its path is too deep"),
            _ => throw UnpackError.Kernel(errno, "openat2", _image, entry.Name, _rootPath),
        };
    }

    private void Check(int errno, string call, TarEntry entry)
    {
        if (errno != 0)
            throw UnpackError.Kernel(errno, call, _image, entry.Name, _rootPath);
    }

    private delegate int MakeEntry(SafeFileHandle directory, ReadOnlySpan<byte> name);
}
