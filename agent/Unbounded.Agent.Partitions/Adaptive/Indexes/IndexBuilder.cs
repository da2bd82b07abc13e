using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>Makes an index from the digests of blocks, which may arrive in any order and from several threads.</summary>
internal sealed class IndexBuilder : IDisposable
{
    private const int NodesAtOnce = 4096;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private byte[]? _only;

    /// <summary>Starts an index; what was at its path is written over.</summary>
    public IndexBuilder(string path, BlockGeometry geometry)
    {
        (_path, Geometry) = (path, geometry);
        _file = KernelFile.Open(path, OpenFlags.ReadWrite | OpenFlags.Create, KernelPath.Mode);
    }

    /// <summary>Takes the room that it needs now, so that a lack of it is known before anything else is done.</summary>
    /// <exception cref="Core.Errors.AgentException">There is not enough.</exception>
    public static void Reserve(string path, BlockGeometry geometry) => StoreError.Guard(path, () =>
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, FileOptions.None, geometry.FileBytes);
    });

    /// <summary>How the image is cut.</summary>
    public BlockGeometry Geometry { get; }

    /// <summary>Notes the digests of blocks that follow each other.</summary>
    public void Put(int first, ReadOnlySpan<byte> digests)
    {
        if (Geometry.Top > 0)
            Write(digests, Geometry.OffsetOf(0, first));
        else
            _only = digests.ToArray();
    }

    /// <summary>Once all blocks are there: makes the nodes above them and the header.</summary>
    /// <param name="image">Digest of the whole image.</param>
    /// <param name="sync">Whether the file must survive a power cut.</param>
    public IndexHeader Finish(ContentDigest image, bool sync)
    {
        var root = Geometry.Top == 0 ? _only! : Climb();
        var header = new IndexHeader(Geometry, image, IndexHeader.Of(root));
        Write(header.ToBytes(), 0);
        RandomAccess.SetLength(_file, Geometry.FileBytes);
        if (sync)
            KernelFile.Sync(_file, _path);
        return header;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private byte[] Climb()
    {
        var below = new byte[NodesAtOnce * BlockGeometry.FanOut * BlockGeometry.DigestBytes];
        var above = new byte[NodesAtOnce * BlockGeometry.DigestBytes];
        for (var level = 1; ; level++)
        {
            for (var first = 0; first < Geometry.Count(level); first += NodesAtOnce)
            {
                var nodes = Math.Min(NodesAtOnce, Geometry.Count(level) - first);
                var children = Math.Min(nodes * BlockGeometry.FanOut, Geometry.Count(level - 1) - first * BlockGeometry.FanOut);
                ReadExactly(below.AsSpan(0, children * BlockGeometry.DigestBytes), Geometry.OffsetOf(level - 1, first * BlockGeometry.FanOut));
                for (var node = 0; node < nodes; node++)
                {
                    var start = node * BlockGeometry.FanOut;
                    var group = below.AsSpan(start * BlockGeometry.DigestBytes, Math.Min(BlockGeometry.FanOut, children - start) * BlockGeometry.DigestBytes);
                    SHA256.HashData(group, above.AsSpan(node * BlockGeometry.DigestBytes));
                }

                if (level == Geometry.Top)
                    return above[..BlockGeometry.DigestBytes];
                Write(above.AsSpan(0, nodes * BlockGeometry.DigestBytes), Geometry.OffsetOf(level, first));
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_file, bytes, offset);
        }
        catch (IOException e)
        {
            throw StoreError.Of(_path, e);
        }
    }

    private void ReadExactly(Span<byte> into, long offset)
    {
        for (var done = 0; done < into.Length;)
        {
            var read = RandomAccess.Read(_file, into[done..], offset + done);
            if (read == 0)
                throw new EndOfStreamException($"{_path} ends at byte {offset + done}");
            done += read;
        }
    }
}
