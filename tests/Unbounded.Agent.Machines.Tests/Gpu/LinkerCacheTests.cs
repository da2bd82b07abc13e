using System.Buffers.Binary;
using System.Diagnostics;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Gpu;

namespace Unbounded.Agent.Machines.Tests.Gpu;

public sealed class LinkerCacheTests
{
    private static readonly (string Name, string Path)[] Libraries =
        [("libcuda.so.1", "/lib/x86_64-linux-gnu/libcuda.so.1"), ("libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6")];

    [Fact]
    public void Parse_Cache_IsItsLibrariesInOrder() =>
        Assert.Equal(Libraries.Select(l => new CachedLibrary(l.Name, l.Path)), Parse(CacheFile.Of(Libraries)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    public void Parse_CacheBehindAnOldOne_IsTheSame(int oldEntries) =>
        Assert.Equal(2, Parse(CacheFile.BehindOld(CacheFile.Of(Libraries), oldEntries)).Count);

    [Fact]
    public void Parse_LibrariesOfOtherArchitectures_AreLeftOut()
    {
        var cache = CacheFile.Of(
            ("libcuda.so.1", "/lib/x86_64-linux-gnu/libcuda.so.1", CacheFile.X64),
            ("libcuda.so.1", "/lib/i386-linux-gnu/libcuda.so.1", CacheFile.I386),
            ("libcuda.so.1", "/lib/aarch64-linux-gnu/libcuda.so.1", CacheFile.Arm64));

        Assert.Equal("/lib/x86_64-linux-gnu/libcuda.so.1", Assert.Single(Parse(cache)).Path);
        Assert.Equal("/lib/aarch64-linux-gnu/libcuda.so.1", Assert.Single(LinkerCache.Parse(cache, CacheFile.Arm64)).Path);
    }

    [Fact]
    public void Parse_NoLibraries_IsEmpty() => Assert.Empty(Parse(CacheFile.Of(Array.Empty<(string, string)>())));

    [Fact]
    public void Parse_CacheOfThisHost_IsWhatLdconfigPrints()
    {
        using var ldconfig = Process.Start(new ProcessStartInfo("/sbin/ldconfig", "-p") { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("This test needs ldconfig, of Debian's libc-bin.");
        // libz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1
        var expected = ldconfig.StandardOutput.ReadToEnd().Split('\n')
            .Where(l => l.Contains("(libc6,x86-64", StringComparison.Ordinal) || l.Contains("(libc6,AArch64", StringComparison.Ordinal))
            .Select(l => new CachedLibrary(l.Trim().Split(' ')[0], l.Split("=> ")[1]));
        ldconfig.WaitForExit();

        Assert.Equal(expected, LinkerCache.Parse(File.ReadAllBytes("/etc/ld.so.cache")));
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefusedCleanlyOrHasFewerLibraries()
    {
        var cache = CacheFile.Of(Libraries);
        for (var length = 0; length < cache.Length; length++)
        {
            Assert.Equal(MachinesErrors.LinkerCacheUnreadable, Assert.Throws<AgentException>(() => Parse(cache[..length])).Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("glibc-ld.so.cache1.0............................")]
    [InlineData("ld.so-1.7.0")]
    [InlineData("ld.so-1.7.0\0\u0001\u0000\u0000\u0000............")]
    public void Parse_AnythingElse_IsRefused(string content) =>
        Assert.Equal(
            MachinesErrors.LinkerCacheUnreadable,
            Assert.Throws<AgentException>(() => Parse(System.Text.Encoding.Latin1.GetBytes(content))).Code);

    [Theory]
    [InlineData(20, 0x7FFFFFFFU)]
    [InlineData(20, 0xFFFFFFFFU)]
    [InlineData(CacheFile.HeaderLength + 4, 0xFFFFFFFFU)]
    [InlineData(CacheFile.HeaderLength + 8, 0x7FFFFFFFU)]
    [InlineData(CacheFile.HeaderLength + 8, 100_000U)]
    public void Law16_Parse_NumbersThatLie_AreRefused(int offset, uint value)
    {
        var cache = CacheFile.Of(Libraries);
        BinaryPrimitives.WriteUInt32LittleEndian(cache.AsSpan(offset), value);

        Assert.Equal(MachinesErrors.LinkerCacheUnreadable, Assert.Throws<AgentException>(() => Parse(cache)).Code);
    }

    [Theory]
    [InlineData(0x7FFFFFFF)]
    [InlineData(-1)]
    public void Law16_Parse_OldCacheThatLies_IsRefused(int count)
    {
        var cache = CacheFile.BehindOld(CacheFile.Of(Libraries), 1);
        BinaryPrimitives.WriteInt32LittleEndian(cache.AsSpan(12), count);

        Assert.Throws<AgentException>(() => Parse(cache));
    }

    [Fact]
    public void Law16_Parse_NameWithoutEnd_IsRefused()
    {
        byte[] cache = [.. CacheFile.Of(("x", "/y")), .. Enumerable.Repeat((byte)'a', 10_000)];
        BinaryPrimitives.WriteInt32LittleEndian(cache.AsSpan(CacheFile.HeaderLength + 4), CacheFile.HeaderLength + CacheFile.EntryLength + 5);

        Assert.Contains("has no end", Assert.Throws<AgentException>(() => Parse(cache)).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Law16_Parse_ThousandsOfMutations_EachIsReadOrRefusedCleanly(int seed)
    {
        var random = new Random(seed);
        var original = CacheFile.BehindOld(CacheFile.Of(Libraries), 2);
        for (var i = 0; i < 5000; i++)
        {
            var cache = original.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                cache[random.Next(cache.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.InRange(Parse(cache[..random.Next(cache.Length + 1)]).Count, 0, 2);
            }
            catch (AgentException e)
            {
                Assert.Equal(MachinesErrors.LinkerCacheUnreadable, e.Code);
            }
        }
    }

    private static IReadOnlyList<CachedLibrary> Parse(byte[] cache) => LinkerCache.Parse(cache, CacheFile.X64);
}
