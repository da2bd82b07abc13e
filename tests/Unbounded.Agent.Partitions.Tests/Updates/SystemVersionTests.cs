using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

public sealed class SystemVersionTests
{
    [Theory]
    [InlineData("1.2", "1.10")]
    [InlineData("1.2", "1.2.1")]
    [InlineData("1.0-rc.1", "1.0")]
    [InlineData("1.0-rc.1", "1.0-rc.2")]
    [InlineData("1.0-rc.2", "1.0-rc.10")]
    [InlineData("1.0-alpha", "1.0-beta")]
    [InlineData("1.0-1", "1.0-alpha")]
    [InlineData("1.0-rc", "1.0-rc.1")]
    [InlineData("1.0~rc1", "1.0")]
    [InlineData("2026.1", "2026.02")]
    [InlineData("9", "99999999999999999999999999")]
    [InlineData("0", "1.0.0")]
    public void Compare_OfAnOlderWithANewer_IsNegativeBothWays(string older, string newer)
    {
        Assert.True(SystemVersion.Compare(older, newer) < 0);
        Assert.True(SystemVersion.Compare(newer, older) > 0);
    }

    [Theory]
    [InlineData("1.2", "1.2")]
    [InlineData("v1.2", "1.2")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("1.2+a", "1.2+b")]
    public void Compare_OfTheSame_IsZero(string left, string right) => Assert.Equal(0, SystemVersion.Compare(left, right));

    [Theory]
    [InlineData("1", true)]
    [InlineData("v1.2.3-rc.1+build", true)]
    [InlineData("", false)]
    [InlineData("v", false)]
    [InlineData("latest", false)]
    [InlineData("1 2", false)]
    [InlineData("1/2", false)]
    [InlineData("1\n", false)]
    public void IsValid_OfAText_TellsVersions(string text, bool valid) => Assert.Equal(valid, SystemVersion.IsValid(text));

    [Fact]
    public void Compare_OfVersions_IsAnOrder()
    {
        string[] ordered = ["0.9", "1.0-1", "1.0-alpha", "1.0-alpha.1", "1.0-beta", "1.0", "1.0.1", "1.1", "1.10", "2"];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
                Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(SystemVersion.Compare(ordered[i], ordered[j])));
        }
    }
}
