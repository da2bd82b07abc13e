using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Archives;

public sealed class TarReaderTests
{
    [Fact]
    public void Next_UstarPrefix_IsPutBeforeTheName() => Assert.Equal(["pre/fix/name"], Names(new TarBuilder().Entry('0', "name", prefix: "pre/fix")));

    [Fact]
    public void Next_GnuMagic_HasNoPrefix() => Assert.Equal(["name"], Names(new TarBuilder().Entry('0', "name", prefix: "12345", magic: "ustar  \0")));

    [Fact]
    public void Next_NoMagic_IsReadToo() => Assert.Equal(["old"], Names(new TarBuilder().Entry('\0', "old", magic: "", prefix: "rubbish")));

    [Fact]
    public void Next_LongNameAndTarget_ReplaceTheShortOnes()
    {
        var name = new string('n', 300);
        var entry = Single(new TarBuilder().LongName(name).LongLink("t" + name).SymbolicLink("short", "short"));
        Assert.Equal((name, "t" + name), (Text(entry.Name), Text(entry.LinkTarget)));
    }

    [Fact]
    public void Next_PaxOverLongName_PaxWins() =>
        Assert.Equal("pax", Text(Single(new TarBuilder().LongName("gnu").Pax(("path", "pax")).File("ustar")).Name));

    [Fact]
    public void Next_PaxRecords_ReplaceHeaderFields()
    {
        var entry = Single(new TarBuilder().Pax(
            ("uid", "4000000000"), ("gid", "123456789"), ("mtime", "-1.25"), ("linkpath", "to"), ("SCHILY.xattr.user.a", "x\0\n=y"), ("comment", "ignored")).SymbolicLink("link", "from"));
        Assert.Equal((4000000000u, 123456789u, new TarTime(-2, 750_000_000), "to"), (entry.Uid, entry.Gid, entry.ModificationTime, Text(entry.LinkTarget)));
        Assert.Equal(("user.a", "x\0\n=y"), (Text(Assert.Single(entry.Attributes).Key), Text(entry.Attributes[0].Value)));
    }

    [Fact]
    public void Next_PaxForOneEntry_DoesNotReachTheNext()
    {
        var entries = Read(new TarBuilder().Pax(("uid", "7"), ("SCHILY.xattr.user.a", "1")).File("a").File("b").ToArray());
        Assert.Equal((7u, 0u, 1, 0), (entries[0].Uid, entries[1].Uid, entries[0].Attributes.Count, entries[1].Attributes.Count));
    }

    [Fact]
    public void Next_GlobalPax_ReachesAllUntilReplacedOrTakenBack()
    {
        var entries = Read(new TarBuilder()
            .File("0")
            .GlobalPax(("uid", "7"), ("SCHILY.xattr.user.a", "all"))
            .File("1").Pax(("uid", "8")).File("2").Pax(("uid", "")).File("3")
            .GlobalPax(("uid", "9")).File("4").ToArray());
        Assert.Equal([0u, 7u, 8u, 0u, 9u], entries.Select(e => e.Uid));
        Assert.Equal([0, 1, 1, 1, 1], entries.Select(e => e.Attributes.Count));
    }

    [Fact]
    public void Next_Base256Numbers_AreRead()
    {
        var entry = Single(new TarBuilder().Entry('0', "a", edit: block =>
        {
            block.AsSpan(108, 8).Clear();
            block[108] = 0x80;
            block.AsSpan(112, 4).Fill(0xfe);
            block.AsSpan(136, 12).Fill(0xff);
        }));
        Assert.Equal((0xfefefefeu, new TarTime(-1, 0)), (entry.Uid, entry.ModificationTime));
    }

    [Fact]
    public void Next_ChecksumOfSignedBytes_IsAccepted()
    {
        var archive = new TarBuilder().File("\u00ff\u00fe").ToArray();
        var signed = archive.Take(512).Select((b, i) => i is >= 148 and < 156 ? 32L : (sbyte)b).Sum();
        TarBuilder.Octal(archive, 148, 7, signed);
        Assert.Equal("\u00ff\u00fe", Text(Assert.Single(Read(archive)).Name));
    }

    [Fact]
    public void Next_FileWithTrailingSlash_IsADirectory() => Assert.Equal(TarEntryType.Directory, Single(new TarBuilder().Entry('0', "dir/")).Type);

    [Fact]
    public void Next_LinkOrDirectoryWithASize_HasNoData()
    {
        var entries = Read(new TarBuilder().Entry('1', "hard", size: 1000, link: "a").Entry('5', "dir", size: 512).Entry('2', "sym", size: 5, link: "a").File("last").ToArray());
        Assert.Equal(["hard", "dir", "sym", "last"], entries.Select(e => Text(e.Name)));
        Assert.All(entries, e => Assert.Equal(0, e.Length));
    }

    [Fact]
    public void Next_VolumeLabel_IsSkipped() => Assert.Equal(["a"], Names(new TarBuilder().Entry('V', "label").File("a")));

    [Theory]
    [InlineData('M')]
    [InlineData('N')]
    [InlineData('A')]
    [InlineData('\u00ff')]
    public void Next_UnknownType_IsRefusedByName(char type)
    {
        var error = Assert.Throws<AgentException>(() => Read(new TarBuilder().Entry(type, "odd").ToArray()));
        Assert.Equal(ImageErrors.UnsupportedEntry, error.Code);
        Assert.Contains("'odd'", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_CutAnywhere_IsAnErrorWhenTheEndIsRequired()
    {
        var archive = new TarBuilder().Pax(("path", "long")).File("a", "content").SymbolicLink("b", "c").LongName("n").File("d", new string('x', 600)).ToArray(end: false);
        for (var length = 0; length <= archive.Length; length += 64)
            Assert.Equal(ImageErrors.TruncatedArchive, Assert.Throws<AgentException>(() => Read(archive[..length])).Code);
        Assert.Equal(3, Read([.. archive, .. new byte[512]]).Count);
        Assert.Equal(3, Read(archive, requireEnd: false).Count);
    }

    [Fact]
    public void Next_ExtendedHeaderThenEnd_IsTruncated() =>
        Assert.Equal(ImageErrors.TruncatedArchive, Assert.Throws<AgentException>(() => Read(new TarBuilder().Pax(("path", "x")).ToArray())).Code);

    [Theory]
    [InlineData("uid", "-1")]
    [InlineData("uid", "4294967295")]
    [InlineData("gid", "99999999999")]
    [InlineData("size", "-1")]
    [InlineData("size", "1e9")]
    [InlineData("mtime", "yesterday")]
    [InlineData("mtime", "1.2.3")]
    [InlineData("uid", "99999999999999999999999")]
    [InlineData("GNU.sparse.map", "0,1")]
    [InlineData("GNU.sparse.major", "2")]
    public void Next_RecordThatIsNoNumber_IsMalformed(string key, string value)
    {
        var error = Assert.Throws<AgentException>(() => Read(new TarBuilder().Pax((key, value)).File("named", "x").ToArray()));
        Assert.Equal(ImageErrors.MalformedArchive, error.Code);
        Assert.Contains("'named'", error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5 a=b\n")]
    [InlineData("7 a=b\n")]
    [InlineData("a=b\n")]
    [InlineData("6 a b\n")]
    [InlineData("5 =b\n")]
    [InlineData("99999999999 a=b\n")]
    [InlineData("-6 a=b\n")]
    [InlineData("0 a=b\n")]
    [InlineData("6  a=b")]
    public void Next_DamagedExtendedHeader_IsMalformed(string records)
    {
        var archive = new TarBuilder().Entry('x', "PaxHeader", TarBuilder.Latin1(records)).File("a").ToArray();
        Assert.Equal(ImageErrors.MalformedArchive, Assert.Throws<AgentException>(() => Read(archive)).Code);
    }

    [Fact]
    public void Law16_Next_HeadersThatAskForMemory_AreRefusedUnread()
    {
        foreach (var type in "xgLK")
        {
            var archive = new TarBuilder().Entry(type, "big", size: 1L << 32).ToArray();
            Assert.Equal(ImageErrors.MalformedArchive, Assert.Throws<AgentException>(() => Read(archive)).Code);
        }
    }

    [Fact]
    public void Law16_Next_GlobalHeadersWithoutEnd_AreRefused()
    {
        var archive = new TarBuilder();
        for (var i = 0; i < 30; i++)
            archive.GlobalPax(($"SCHILY.xattr.user.{i}", new string('x', 50_000)));
        Assert.Equal(ImageErrors.MalformedArchive, Assert.Throws<AgentException>(() => Read(archive.File("a").ToArray())).Code);
    }

    [Fact]
    public void ReadData_ChunksOfAnySize_GiveTheSameBytes()
    {
        var content = new byte[5000];
        new Random(1).NextBytes(content);
        var archive = new TarBuilder().File("before", "x").Entry('0', "file", content).File("after", "y").ToArray();
        foreach (var size in (int[])[1, 7, 511, 512, 513, 4096, 100_000])
        {
            using var reader = Reader(archive, size: size);
            reader.Next();
            Assert.Equal("file", Text(reader.Next()!.Name));
            Assert.Equal(content, Data(reader));
            Assert.Equal("after", Text(reader.Next()!.Name));
            Assert.Null(reader.Next());
        }
    }

    [Fact]
    public void Next_DataNotRead_IsSkipped() =>
        Assert.Equal(["a", "b"], Names(new TarBuilder().Entry('0', "a", new byte[70_000]).File("b")));

    internal static List<TarEntry> Read(byte[] archive, bool requireEnd = true)
    {
        using var reader = Reader(archive, requireEnd);
        var entries = new List<TarEntry>();
        while (reader.Next() is { } entry)
            entries.Add(entry);
        return entries;
    }

    internal static byte[] Data(TarReader reader)
    {
        var data = new List<byte>();
        for (var chunk = reader.ReadData(out _); !chunk.IsEmpty; chunk = reader.ReadData(out _))
            data.AddRange(chunk);
        return [.. data];
    }

    private static TarReader Reader(byte[] archive, bool requireEnd = true, int size = 4096) =>
        new(new StreamChunks(new MemoryStream(archive), size), "the archive", requireEnd);

    private static TarEntry Single(TarBuilder archive) => Assert.Single(Read(archive.ToArray()));

    private static IEnumerable<string> Names(TarBuilder archive) => Read(archive.ToArray()).Select(e => Text(e.Name));

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
