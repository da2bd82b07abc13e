using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Copying;

/// <summary>What every walk over a source tree does the same way.</summary>
internal static class TreeWalk
{
    private const PathResolution Resolution = PathResolution.Beneath | PathResolution.NoSymbolicLinks | PathResolution.NoMountCrossing;

    /// <summary>Opens a directory of a tree; null when it is none any more, or another file system is mounted there.</summary>
    internal static SafeFileHandle? Open(SafeFileHandle directory, ReadOnlySpan<byte> name, out bool isMount)
    {
        var errno = KernelAt.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, UnixFileMode.None, Resolution, out var opened);
        isMount = errno == Errno.EXDEV;
        return opened;
    }

    /// <summary>The entries of a directory, sorted by the bytes of their names. Sockets are left out: they live as long as their process.</summary>
    internal static List<DirectoryEntry> Entries(SafeFileHandle directory, string pathForErrors)
    {
        var entries = DirectoryReader.Read(directory, pathForErrors);
        entries.RemoveAll(static e => e.Kind == FileKind.Socket);
        entries.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return entries;
    }

    internal static byte[] Join(byte[] prefix, byte[] name) => prefix.Length == 0 ? name : [.. prefix, (byte)'/', .. name];

    internal static AgentException Changed(string path) => new(
        ImageErrors.SourceChanged, $"The tree {path} was not copied", "it changed while it was read", "Try again when nothing writes to it.");

    internal static AgentException TooDeep(string path, ReadOnlySpan<byte> entry) => new(
        ImageErrors.PathTooLong, $"The tree {path} was not copied", $"{EntryName.Escape(entry)} is too deep", "Make the tree flatter.");
}
