using System.Security.Cryptography;
using Unbounded.Agent.Partitions.Adaptive.Planning;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Planning;

public sealed class SoughtBlocksTests
{
    private const int Many = 20000;

    [Fact]
    public void Find_OfWhatIsSought_GivesItOnce()
    {
        var sought = new SoughtBlocks();
        sought.Add(Digest(1), 7);

        Assert.True(sought.TryGet(Digest(1), out var seen));
        Assert.True(sought.Find(Digest(1), out var found));

        Assert.Equal((7, 7, 0), (seen, found, sought.Count));
        Assert.False(sought.Find(Digest(1), out _));
        Assert.False(sought.TryGet(Digest(1), out _));
    }

    [Fact]
    public void Find_AmongMany_FindsEachAndNothingElse()
    {
        var sought = new SoughtBlocks();
        for (var i = 0; i < Many; i++)
            sought.Add(Digest(i), i);

        for (var i = Many; i < 2 * Many; i++)
            Assert.False(sought.Find(Digest(i), out _));
        for (var i = 0; i < Many; i++)
        {
            Assert.True(sought.Find(Digest(i), out var block));
            Assert.Equal(i, block);
        }

        Assert.Equal(0, sought.Count);
    }

    [Fact]
    public void Find_WhereNothingIsSought_FindsNothing() => Assert.False(new SoughtBlocks().Find(new byte[32], out _));

    private static byte[] Digest(int of) => SHA256.HashData(BitConverter.GetBytes(of));
}
