using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Archives;

public sealed class SparseTests
{
    [Theory]
    [InlineData("0,3,1000,2,5000,0", "abcde", 5000)]
    [InlineData("", "", 700)]
    [InlineData("10,1,11,1,12,3", "vwxyz", 15)]
    public void ReadData_List_IsPutWhereItBelongs(string map, string data, int length)
    {
        (string, string)[] records = map.Length == 0
            ? [("GNU.sparse.size", $"{length}"), ("GNU.sparse.numblocks", "0")]
            : [("GNU.sparse.size", $"{length}"), ("GNU.sparse.map", map), ("GNU.sparse.name", "real")];
        Assert.Equal(Expected(map, data, length), Content(new TarBuilder().Pax(records).File("file", data).ToArray(), length));
    }

    [Fact]
    public void ReadData_DataMap_IsPutWhereItBelongs()
    {
        // GNU tar's form 1.0: the map is the first block of the data.
        var map = Encoding.ASCII.GetBytes("2\n100\n3\n1000\n2\n");
        byte[] data = [.. map, .. new byte[512 - map.Length], .. "abcde"u8];
        var archive = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "real"), ("GNU.sparse.realsize", "2000")).Entry('0', "GNUSparseFile.0/real", data).ToArray();
        Assert.Equal(Expected("100,3,1000,2", "abcde", 2000), Content(archive, 2000));
        Assert.Equal("real", Encoding.ASCII.GetString(TarReaderTests.Read(archive)[0].Name));
    }

    [Fact]
    public void ReadData_DataMapOfManyBlocks_IsRead()
    {
        var map = new StringBuilder("300\n");
        for (var i = 0; i < 300; i++)
            map.Append($"{i * 1000}\n1\n");
        var bytes = Encoding.ASCII.GetBytes(map.ToString());
        byte[] data = [.. bytes, .. new byte[-bytes.Length & 511], .. Enumerable.Repeat((byte)'x', 300)];
        var archive = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "300000")).Entry('0', "f", data).File("next").ToArray();
        Assert.Equal(300, Content(archive, 300_000).Count(b => b == 'x'));
        Assert.Equal(2, TarReaderTests.Read(archive).Count);
    }

    [Theory]
    [InlineData("0,3,2,2")]
    [InlineData("5,3,0,2")]
    [InlineData("0,5,5000,1")]
    [InlineData("0,4")]
    [InlineData("0,6")]
    [InlineData("0")]
    [InlineData("0,-5")]
    [InlineData("9223372036854775807,5")]
    [InlineData("a,b")]
    [InlineData("0,5,")]
    public void Next_MapThatDoesNotFit_IsMalformed(string map)
    {
        var archive = new TarBuilder().Pax(("GNU.sparse.size", "5000"), ("GNU.sparse.map", map)).File("file", "abcde").ToArray();
        Assert.Equal(ImageErrors.MalformedArchive, Assert.Throws<AgentException>(() => TarReaderTests.Read(archive)).Code);
    }

    [Theory]
    [InlineData("1\n0\n")]
    [InlineData("2000000\n")]
    [InlineData("\n")]
    [InlineData("1\nx\n")]
    [InlineData("-1\n")]
    [InlineData("1\n0\n99999999999999999999999\n")]
    public void Next_DataMapThatDoesNotFit_IsMalformed(string map)
    {
        var bytes = Encoding.ASCII.GetBytes(map);
        byte[] data = [.. bytes, .. new byte[512 - bytes.Length]];
        var archive = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10")).Entry('0', "f", data).ToArray();
        Assert.Equal(ImageErrors.MalformedArchive, Assert.Throws<AgentException>(() => TarReaderTests.Read(archive)).Code);
    }

    private static byte[] Expected(string map, string data, int length)
    {
        var expected = new byte[length];
        var numbers = map.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        var at = 0;
        for (var i = 0; i < numbers.Count; i += 2)
        {
            TarBuilder.Latin1(data.Substring(at, numbers[i + 1])).CopyTo(expected, numbers[i]);
            at += numbers[i + 1];
        }

        return expected;
    }

    private static byte[] Content(byte[] archive, int length)
    {
        using var reader = new TarReader(new StreamChunks(new MemoryStream(archive), 100), "the archive");
        Assert.Equal(length, reader.Next()!.Length);
        var content = new byte[length];
        for (var chunk = reader.ReadData(out var offset); !chunk.IsEmpty; chunk = reader.ReadData(out offset))
            chunk.CopyTo(content.AsSpan((int)offset));
        return content;
    }
}
