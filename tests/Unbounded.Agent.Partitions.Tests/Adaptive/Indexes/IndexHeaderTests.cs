using System.Buffers.Binary;
using System.Security.Cryptography;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Indexes;

public sealed class IndexHeaderTests
{
    private static readonly IndexHeader Header = new(new(4096, 12345678), Digest(1), Digest(2));

    [Fact]
    public void Header_AsBytes_MakesTheRoundTrip()
    {
        var read = IndexHeader.TryParse(Header.ToBytes())!;

        Assert.Equal((4096, 12345678L), (read.Geometry.BlockBytes, read.Geometry.ImageBytes));
        Assert.Equal((Header.Image, Header.Root, Header.Digest), (read.Image, read.Root, read.Digest));
    }

    [Fact]
    public void Header_WithAnyByteChanged_IsNone()
    {
        for (var at = 0; at < IndexHeader.Bytes; at++)
        {
            var bytes = Header.ToBytes();
            bytes[at] ^= 1;
            Assert.Null(IndexHeader.TryParse(bytes));
        }
    }

    [Fact]
    public void Header_CutOff_IsNone()
    {
        for (var length = 0; length < IndexHeader.Bytes; length++)
            Assert.Null(IndexHeader.TryParse(Header.ToBytes().AsSpan(0, length)));
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(12, 4095)]
    [InlineData(12, 0)]
    [InlineData(12, -1)]
    [InlineData(16, 0)]
    [InlineData(24, 8)]
    public void Header_OfALaterVersionOrWithSizesThatCanNotBe_IsNone(int at, int value)
    {
        var bytes = Header.ToBytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        SHA256.HashData(bytes.AsSpan(0, 96)).CopyTo(bytes, 96);

        Assert.Null(IndexHeader.TryParse(bytes));
    }

    private static ContentDigest Digest(byte of) => IndexHeader.Of(SHA256.HashData([of]));
}
