using Unbounded.Agent.Partitions.Adaptive.Planning;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Planning;

public sealed class BlockPlanTests
{
    private readonly BlockPlan _plan = new(new(4096, 3L * BlockPlan.MostPlaces * 4096));

    [Fact]
    public void Copy_OfBlocksThatFollowEachOther_IsOne()
    {
        _plan.Copy(5, 7, BlockOrigin.Running);
        _plan.Copy(6, 8, BlockOrigin.Running);
        _plan.Copy(7, 9, BlockOrigin.Itself);
        _plan.Copy(8, 20, BlockOrigin.Itself);

        Assert.Equal([new(5, 7, 2, BlockOrigin.Running), new(7, 9, 1, BlockOrigin.Itself), new(8, 20, 1, BlockOrigin.Itself)], _plan.Copies);
    }

    [Fact]
    public void Copy_FromMorePlacesThanAreKept_IsAFetch()
    {
        for (var i = 0; i <= BlockPlan.MostPlaces; i++)
            _plan.Copy(2 * i, 2 * i, BlockOrigin.Running);

        Assert.Equal((BlockPlan.MostPlaces, 1), (_plan.Copies.Count, _plan.Fetch.Count));
        Assert.True(_plan.Fetch[2 * BlockPlan.MostPlaces]);
    }

    [Fact]
    public void Repeat_AtMorePlacesThanAreKept_IsAFetch()
    {
        for (var i = 1; i <= BlockPlan.MostPlaces + 1; i++)
            _plan.Repeat(i, 0);

        Assert.Equal((BlockPlan.MostPlaces, 1), (_plan.Repeats.Count, _plan.Fetch.Count));
    }
}
