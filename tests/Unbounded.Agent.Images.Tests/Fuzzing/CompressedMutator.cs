using System.Buffers.Binary;
using System.IO.Compression;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>
/// Compressed archives of one format: a random tar in a container that is whole, or a container that is damaged where its structure is, with checksums that fit
/// again where they are of headers.
/// </summary>
/// <param name="format">gzip, zstd or xz.</param>
/// <param name="real">Archives that the format's own tool has made, with its various options.</param>
/// <param name="seed">Which one.</param>
internal sealed class CompressedMutator(string format, IReadOnlyList<byte[]> real, int seed)
{
    private const int XzHeader = 12;

    private readonly Random _random = new(seed);

    /// <summary>The archive of this seed.</summary>
    public byte[] Archive()
    {
        if (_random.Next(3) == 0)
            return Wrap(new Mutator(seed).Archive());
        var archive = _random.Next(3) == 0 ? Wrap(new Mutator(seed).Archive()) : real[_random.Next(real.Count)];
        for (var i = _random.Next(4); i >= 0; i--)
            archive = Damage(archive);
        return archive;
    }

    private byte[] Damage(byte[] archive)
    {
        var copy = (byte[])archive.Clone();
        if (copy.Length < 32)
            return copy;
        var at = _random.Next(copy.Length);
        var length = Math.Min(_random.Next(1, 64), copy.Length - at);
        switch (_random.Next(8))
        {
            case 0:
                copy[at] ^= (byte)(1 << _random.Next(8));
                return copy;
            case 1:
                return copy[..at];
            case 2:
                return [.. copy[..at], .. copy[(at + length)..]];
            case 3:
                return [.. copy[..(at + length)], .. copy[at..]];
            case 4:
                _random.NextBytes(copy.AsSpan(at, length));
                return copy;
            case 5:
                // Another member, garbage, or padding after the end.
                return [.. copy, .. _random.Next(3) switch { 0 => copy, 1 => RandomBytes(length), _ => new byte[length & ~3] }];
            default:
                return DamageHeader(copy);
        }
    }

    private byte[] DamageHeader(byte[] copy)
    {
        switch (format)
        {
            case "gzip":
                // Flags that announce names, comments, extra fields and checksums.
                copy[3] = (byte)_random.Next(256);
                break;
            case "zstd":
                // Descriptor, window, content size; often a window beyond every limit.
                copy[4] = _random.Next(2) == 0 ? (byte)(copy[4] & 0xdf) : (byte)_random.Next(256);
                copy[5] = _random.Next(2) == 0 ? (byte)0xff : (byte)_random.Next(256);
                break;
            default:
                DamageBlockHeader(copy);
                break;
        }

        return copy;
    }

    // Size, flags, filters: the dictionary's size is the last byte of LZMA2's.
    private void DamageBlockHeader(byte[] copy)
    {
        var size = (copy[XzHeader] + 1) * 4;
        if (size < 8 || XzHeader + size > copy.Length)
            return;
        if (_random.Next(2) == 0)
            copy[XzHeader + 4] = (byte)_random.Next(34, 44);
        else
            copy[XzHeader + 1 + _random.Next(size - 5)] = (byte)_random.Next(256);
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(XzHeader + size - 4), Crc32.Of(copy.AsSpan(XzHeader, size - 4)));
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Wrap(byte[] content) => format switch
    {
        "gzip" => Gzip(content),
        "zstd" => Zstd(content),
        _ => Xz(content),
    };

    private static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return output.ToArray();
    }

    // RFC 8878: a frame of raw blocks, and sometimes one that repeats its byte 128 Ki times.
    private byte[] Zstd(byte[] content)
    {
        List<byte> frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
        foreach (var chunk in content.Chunk(1 << 16))
        {
            Block(0, chunk.Length);
            frame.AddRange(chunk);
        }

        for (var bombs = _random.Next(4) == 0 ? _random.Next(40) : 0; bombs > 0; bombs--)
        {
            Block(1, 1 << 17);
            frame.Add((byte)_random.Next(2));
        }

        Block(0, 0, last: 1);
        return [.. frame];

        void Block(int type, int length, int last = 0)
        {
            var header = (length << 3) | (type << 1) | last;
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
        }
    }

    // The .xz file format, 1.2: one block of uncompressed LZMA2 chunks, without a check.
    private static byte[] Xz(byte[] content)
    {
        List<byte> file = [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00];
        Checked(file, [0x00, 0x00], withCrcOf: 2);
        var start = file.Count;
        Checked(file, [0x02, 0x00, 0x21, 0x01, 0x08, 0x00, 0x00, 0x00], withCrcOf: 8);
        var first = true;
        foreach (var chunk in content.Chunk(1 << 16))
        {
            file.AddRange([(byte)(first ? 1 : 2), (byte)((chunk.Length - 1) >> 8), (byte)(chunk.Length - 1)]);
            file.AddRange(chunk);
            first = false;
        }

        file.Add(0x00);
        var unpadded = file.Count - start;
        Pad(file);
        List<byte> index = [0x00, 0x01, .. Variable(unpadded), .. Variable(content.Length)];
        Pad(index);
        Checked(file, [.. index], index.Count);
        var backward = new byte[6];
        BinaryPrimitives.WriteInt32LittleEndian(backward, ((index.Count + 4) / 4) - 1);
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc32.Of(backward));
        return [.. file, .. crc, .. backward, (byte)'Y', (byte)'Z'];
    }

    private static void Checked(List<byte> file, byte[] bytes, int withCrcOf)
    {
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc32.Of(bytes.AsSpan(0, withCrcOf)));
        file.AddRange(bytes);
        file.AddRange(crc);
    }

    private static void Pad(List<byte> bytes)
    {
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
    }

    private static IEnumerable<byte> Variable(int value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
