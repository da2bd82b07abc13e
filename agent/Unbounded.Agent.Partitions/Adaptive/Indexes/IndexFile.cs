using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>A block index on this host. Nodes are read where they are: memory does not depend on the image's size.</summary>
internal sealed class IndexFile : IDisposable
{
    private readonly SafeFileHandle _file;

    private IndexFile(string path, SafeFileHandle file, IndexHeader header) => (Path, _file, Header) = (path, file, header);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Its header.</summary>
    public IndexHeader Header { get; }

    /// <summary>How its image is cut.</summary>
    public BlockGeometry Geometry => Header.Geometry;

    /// <summary>Opens an index; null when there is none, or none that is whole. That its nodes belong to its header is not looked at.</summary>
    public static IndexFile? TryOpen(string path)
    {
        if (KernelPath.TryOpen(path) is not { } file)
            return null;
        Span<byte> start = stackalloc byte[IndexHeader.Bytes];
        if (RandomAccess.Read(file, start, 0) == start.Length
            && IndexHeader.TryParse(start) is { } header
            && RandomAccess.GetLength(file) == header.Geometry.FileBytes)
        {
            return new(path, file, header);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Makes an empty one, for nodes that arrive in any order. What was there is gone.</summary>
    public static IndexFile Create(string path, IndexHeader header)
    {
        var file = KernelFile.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Truncate, KernelPath.Mode);
        try
        {
            StoreError.Guard(path, () =>
            {
                RandomAccess.SetLength(file, header.Geometry.FileBytes);
                RandomAccess.Write(file, header.ToBytes(), 0);
            });
            return new(path, file, header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads nodes of a level that follow each other; fewer where the level ends. The top's one node is the header's.</summary>
    /// <returns>How many.</returns>
    public int Read(int level, int first, Span<byte> into)
    {
        var count = level > Geometry.Top ? 0 : Math.Clamp(Geometry.Count(level) - first, 0, into.Length / BlockGeometry.DigestBytes);
        if (count == 0)
            return 0;
        if (level == Geometry.Top)
        {
            Convert.FromHexString(Header.Root.Hex).CopyTo(into);
            return 1;
        }

        return RandomAccess.Read(_file, into[..(count * BlockGeometry.DigestBytes)], Geometry.OffsetOf(level, first)) / BlockGeometry.DigestBytes;
    }

    /// <summary>Writes nodes of a level that follow each other.</summary>
    /// <exception cref="Core.Errors.AgentException">There is no room for them.</exception>
    public void Write(int level, int first, ReadOnlySpan<byte> nodes)
    {
        try
        {
            RandomAccess.Write(_file, nodes, Geometry.OffsetOf(level, first));
        }
        catch (IOException e)
        {
            throw StoreError.Of(Path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
