using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

public sealed class PatchPaceTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = new();

    [Fact]
    public void Count_TheFirstFew_WaitForNothingAndTheNextWaits()
    {
        var pace = new PatchPace(3, Every, _time);

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, Every, 2 * Every], Enumerable.Range(0, 4).Select(_ => pace.Count()));
    }

    [Fact]
    public void Count_OneThatWaitsAsItIsTold_GoesOnAtThatPace()
    {
        var pace = new PatchPace(2, Every, _time);
        pace.Count();

        for (var i = 0; i < 10; i++)
        {
            var wait = pace.Count();
            Assert.Equal(Every, wait);
            _time.Advance(wait);
        }
    }

    [Fact]
    public void Count_AfterALongRest_IsQuickAsOftenAsInTheBeginningAndNoMore()
    {
        var pace = new PatchPace(2, Every, _time);
        for (var i = 0; i < 5; i++)
            pace.Count();

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal([TimeSpan.Zero, Every], Enumerable.Range(0, 2).Select(_ => pace.Count()));
    }

    [Fact]
    public void Count_AfterOneInterval_HasOneMore()
    {
        var pace = new PatchPace(3, Every, _time);
        for (var i = 0; i < 3; i++)
            pace.Count();

        _time.Advance(2 * Every);

        Assert.Equal([TimeSpan.Zero, Every], Enumerable.Range(0, 2).Select(_ => pace.Count()));
    }
}
