using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Unbounded.Agent.Images.Copying;

/// <summary>A digest of a file's content in which holes and blocks of zeros are the same, and cost nothing.</summary>
internal sealed class ContentHash : IDisposable
{
    internal const int BlockSize = 4096;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds data at an offset that is a multiple of the block size. Offsets ascend.</summary>
    internal void Add(ReadOnlySpan<byte> data, long offset)
    {
        Span<byte> position = stackalloc byte[sizeof(long)];
        while (!data.IsEmpty)
        {
            // Runs of blocks that hold something, each with its position before it.
            var skipped = LengthOfRun(data, ofZeros: true);
            data = data[skipped..];
            offset += skipped;
            for (var run = LengthOfRun(data, ofZeros: false); run > 0; run -= BlockSize)
            {
                var block = data[..Math.Min(BlockSize, data.Length)];
                BinaryPrimitives.WriteInt64LittleEndian(position, offset);
                _hash.AppendData(position);
                _hash.AppendData(block);
                data = data[block.Length..];
                offset += block.Length;
            }
        }
    }

    internal byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();

    private static int LengthOfRun(ReadOnlySpan<byte> data, bool ofZeros)
    {
        var length = 0;
        while (length < data.Length)
        {
            var block = data.Slice(length, Math.Min(BlockSize, data.Length - length));
            if (block.ContainsAnyExcept((byte)0) == ofZeros)
                break;
            length += block.Length;
        }

        return length;
    }
}
