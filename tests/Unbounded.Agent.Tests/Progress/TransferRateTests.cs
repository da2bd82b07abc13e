using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Progress;

public sealed class TransferRateTests
{
    private const long MiB = 1 << 20;

    private readonly ManualTime _time = new();

    [Fact]
    public void BytesPerSecond_OfOneSample_IsNotKnown()
    {
        var rate = new TransferRate(_time);
        rate.Add(100);

        Assert.Null(rate.BytesPerSecond);
        Assert.Null(rate.Remaining(100, 200));
    }

    [Fact]
    public void BytesPerSecond_OfASteadyTransfer_IsItsRate()
    {
        var rate = Steady(10, MiB);

        Assert.Equal(MiB, rate.BytesPerSecond!.Value, 1.0);
        Assert.Equal(TimeSpan.FromSeconds(5), rate.Remaining(10 * MiB, 15 * MiB));
    }

    [Fact]
    public void BytesPerSecond_AfterAChange_FollowsTheLastSeconds()
    {
        var rate = Steady(60, MiB);
        for (var i = 1; i <= 6; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            rate.Add((60 * MiB) + (i * 10 * MiB));
        }

        Assert.Equal(10 * MiB, rate.BytesPerSecond!.Value, 1.0);
    }

    [Fact]
    public void Add_LessThanBefore_StartsOver()
    {
        var rate = Steady(10, MiB);
        rate.Add(0);

        Assert.Null(rate.BytesPerSecond);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10 * MiB)]
    public void Remaining_WithoutEndOrProgress_IsNotKnown(long? total)
    {
        var rate = Steady(10, 0);

        Assert.Null(rate.Remaining(0, total));
    }

    [Fact]
    public void Remaining_OfAnEternity_IsBounded()
    {
        var rate = Steady(2, 1);

        Assert.Equal(TimeSpan.FromDays(9), rate.Remaining(2, long.MaxValue));
    }

    [Fact]
    public void Of_AllKnown_IsBytesRateAndTime() =>
        Assert.Equal("10.0 MiB of 15.0 MiB, 1.0 MiB/s, 5.0 s left", TransferText.Of(10 * MiB, 15 * MiB, Steady(10, MiB)));

    [Fact]
    public void Of_NoTotal_IsBytesAndRate() => Assert.Equal("10.0 MiB, 1.0 MiB/s", TransferText.Of(10 * MiB, null, Steady(10, MiB)));

    [Fact]
    public void Of_TheFirstSample_IsBytes() => Assert.Equal("1.0 KiB of 2.0 KiB", TransferText.Of(1024, 2048, new TransferRate(_time)));

    private TransferRate Steady(int seconds, long bytesPerSecond)
    {
        var rate = new TransferRate(_time);
        rate.Add(0);
        for (var i = 1; i <= seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            rate.Add(i * bytesPerSecond);
        }

        return rate;
    }
}
