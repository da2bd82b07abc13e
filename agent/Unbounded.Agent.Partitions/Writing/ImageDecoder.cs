using System.Buffers.Binary;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Tells how an image is compressed from its first bytes, whatever its name, and expands it. What is not compressed is taken as it is.</summary>
internal static class ImageDecoder
{
    private const uint ZstdMagic = 0xfd2fb528;
    private const uint ZstdSkippable = 0x184d2a50;
    private const uint SkippableMask = 0xfffffff0;

    /// <summary>Opens an image.</summary>
    /// <param name="source">Its bytes as they were fetched; disposed with the result.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="name">What it is, for errors.</param>
    public static Stream Open(Stream source, ReadOnlySpan<byte> start, string name)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]))
            return new GzipStream(source, name);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00]))
            return new XzStream(source, name);
        if (start.Length < sizeof(uint))
            return source;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(start);
        return magic == ZstdMagic || (magic & SkippableMask) == ZstdSkippable ? new ZstdStream(source, name) : source;
    }
}
