using System.Buffers.Binary;
using System.Security.Cryptography;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>
/// The first 128 bytes of a block index (docs/partitions.md, "The block index"). They hold the top of the tree, so that their digest is one of the whole
/// index and, through it, of every block of the image.
/// </summary>
/// <param name="Geometry">How the image is cut.</param>
/// <param name="Image">Digest of the whole image.</param>
/// <param name="Root">The node above all.</param>
internal sealed record IndexHeader(BlockGeometry Geometry, ContentDigest Image, ContentDigest Root)
{
    /// <summary>Its size, bytes.</summary>
    public const int Bytes = 128;

    private const uint Version = 1;
    private const int SumAt = 96;

    private static ReadOnlySpan<byte> Magic => "UNBBLKIX"u8;

    /// <summary>Digest of exactly these bytes: what a signed index of updates names.</summary>
    public ContentDigest Digest => Of(SHA256.HashData(ToBytes()));

    /// <summary>Reads a header; null when it is none, damaged, or one of a later version.</summary>
    public static IndexHeader? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic))
            return null;
        var block = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var image = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == Version
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) == BlockGeometry.FanOut
            && block <= BlockGeometry.LargestBlock
            && BlockGeometry.IsValid((int)block, image)
            && SHA256.HashData(bytes[..SumAt]).AsSpan().SequenceEqual(bytes[SumAt..Bytes])
            ? new(new((int)block, image), Of(bytes[32..64]), Of(bytes[64..96]))
            : null;
    }

    /// <summary>As it is in a file.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Geometry.BlockBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Geometry.ImageBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), BlockGeometry.FanOut);
        Convert.FromHexString(Image.Hex).CopyTo(bytes, 32);
        Convert.FromHexString(Root.Hex).CopyTo(bytes, 64);
        SHA256.HashData(bytes.AsSpan(0, SumAt)).CopyTo(bytes, SumAt);
        return bytes;
    }

    internal static ContentDigest Of(ReadOnlySpan<byte> digest) => ContentDigest.FromHex(Convert.ToHexStringLower(digest))!;
}
