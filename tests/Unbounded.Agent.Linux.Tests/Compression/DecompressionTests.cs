using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Linux.Tests.Compression;

public sealed class DecompressionTests
{
    public static TheoryData<string> Formats => ["gzip", "zstd", "xz"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_AnySize_GivesTheBytesBack(string format)
    {
        foreach (var size in (int[])[0, 1, 100, 70_000, 3_000_000])
        {
            var data = CompressedData.Random(size);
            Assert.Equal(data, CompressedData.Decompress(format, CompressedData.Compress(format, data)));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_SmallReadsAndPieces_GiveTheBytesBack(string format)
    {
        var data = CompressedData.Random(5000);
        var compressed = CompressedData.Compress(format, data);
        Assert.Equal(data, CompressedData.Decompress(format, compressed, readSize: 1));
        Assert.Equal(data, CompressedData.Decompress(format, compressed, readSize: 7, pieceSize: 1));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_SeveralMembers_AreOneContent(string format)
    {
        var first = CompressedData.Random(100_000);
        var second = CompressedData.Random(50_000, seed: 2);
        byte[] compressed = [.. CompressedData.Compress(format, first), .. CompressedData.Compress(format, []), .. CompressedData.Compress(format, second)];
        Assert.Equal([.. first, .. second], CompressedData.Decompress(format, compressed));
        Assert.Equal([.. first, .. second], CompressedData.Decompress(format, compressed, pieceSize: 1));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_CutAnywhere_IsAnError(string format)
    {
        var compressed = CompressedData.Compress(format, CompressedData.Random(400));
        byte[] two = [.. compressed, .. compressed];
        for (var length = 0; length < compressed.Length; length++)
        {
            Assert.Equal(LinuxErrors.CorruptData, Assert.Throws<AgentException>(() => CompressedData.Decompress(format, compressed[..length])).Code);
            if (length > 0)
                Assert.Equal(LinuxErrors.CorruptData, Assert.Throws<AgentException>(() => CompressedData.Decompress(format, two[..(compressed.Length + length)])).Code);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_OneBitFlipped_NeverGivesOtherBytes(string format)
    {
        var data = CompressedData.Random(300);
        var compressed = CompressedData.Compress(format, data);
        var refused = 0;
        for (var bit = 0; bit < compressed.Length * 8; bit++)
        {
            var damaged = (byte[])compressed.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(data, CompressedData.Decompress(format, damaged));
            }
            catch (AgentException e) when (e.Code == LinuxErrors.CorruptData || e.Code == LinuxErrors.NeedsTooMuchMemory)
            {
                refused++;
            }
        }

        Assert.InRange(refused, compressed.Length * 6, compressed.Length * 8);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_Error_NamesTheArchive(string format)
    {
        var error = Assert.Throws<AgentException>(() => CompressedData.Decompress(format, CompressedData.Compress(format, new byte[1000])[..20]));
        Assert.Contains("the archive", error.What, StringComparison.Ordinal);
        Assert.Contains(format, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GzipWithPadding_IgnoresItAsGzipDoes()
    {
        var data = CompressedData.Random(1000);
        foreach (var padding in (int[])[1, 2, 511, 100_000])
            Assert.Equal(data, CompressedData.Decompress("gzip", [.. CompressedData.With("gzip", data), .. new byte[padding]]));
    }

    [Fact]
    public void Read_GzipThatHoldsOurMark_IsStillTruncatedWhenCut()
    {
        // The mark itself as content, stored and compressed: it must not be taken for the end.
        var mark = "the end, the end, the end, the e"u8.ToArray();
        var compressed = CompressedData.With("gzip", [.. mark, .. mark]);
        Assert.Equal([.. mark, .. mark], CompressedData.Decompress("gzip", compressed));
        for (var length = 0; length < compressed.Length; length++)
            Assert.Throws<AgentException>(() => CompressedData.Decompress("gzip", compressed[..length]));
    }

    [Fact]
    public void Read_ZstdSkippableFrames_AreSkipped()
    {
        var data = CompressedData.Random(10_000);
        byte[] skippable = [0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
        byte[] compressed = [.. skippable, .. CompressedData.With("zstd", data), .. skippable, .. CompressedData.With("zstd", data), .. skippable];
        Assert.Equal([.. data, .. data], CompressedData.Decompress("zstd", compressed));
        Assert.Throws<AgentException>(() => CompressedData.Decompress("zstd", compressed[..^1]));
    }

    [Fact]
    public void Law16_Read_ZstdWindowAboveTheLimit_IsRefused()
    {
        var error = Assert.Throws<AgentException>(() => CompressedData.Decompress("zstd", WithWindowLog(30)));
        Assert.Equal(LinuxErrors.NeedsTooMuchMemory, error.Code);
    }

    [Fact]
    public void ContentSize_Frame_SaysWhatItHolds()
    {
        Assert.Equal(12345, ZstdStream.ContentSize(CompressedData.With("zstd", new byte[12345], "--stream-size=12345")));
        Assert.Null(ZstdStream.ContentSize(CompressedData.With("zstd", new byte[12345])));
        Assert.Null(ZstdStream.ContentSize("no zstd at all, but long enough"u8));
        Assert.Null(ZstdStream.ContentSize([]));
    }

    [Fact]
    public void Read_XzPadding_IsAcceptedInWholesOfFour()
    {
        var data = CompressedData.Random(1000);
        var compressed = CompressedData.With("xz", data);
        Assert.Equal([.. data, .. data], CompressedData.Decompress("xz", [.. compressed, 0, 0, 0, 0, .. compressed]));
        Assert.Throws<AgentException>(() => CompressedData.Decompress("xz", [.. compressed, 0, 0, 0, .. compressed]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_GarbageAfterTheMagic_IsAnError(string format)
    {
        var start = CompressedData.Compress(format, new byte[100]).AsSpan(0, format == "xz" ? 6 : 4).ToArray();
        for (var seed = 0; seed < 500; seed++)
        {
            var garbage = new byte[200];
            new Random(seed).NextBytes(garbage);
            Assert.Throws<AgentException>(() => CompressedData.Decompress(format, [.. start, .. garbage]));
        }
    }

    /// <summary>A frame header, RFC 8878 3.1.1.1, that asks for a window of 2^log bytes.</summary>
    private static byte[] WithWindowLog(int log) => [0x28, 0xb5, 0x2f, 0xfd, 0x00, (byte)((log - 10) << 3), 0x01, 0x00, 0x00];
}
