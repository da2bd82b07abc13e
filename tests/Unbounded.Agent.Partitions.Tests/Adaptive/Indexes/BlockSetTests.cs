using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Indexes;

public sealed class BlockSetTests
{
    [Fact]
    public void Set_AfterAnyChanges_HoldsWhatASetOfNumbersHolds()
    {
        var chance = new Random(4);
        var set = new BlockSet(1000);
        var model = new SortedSet<int>();
        for (var i = 0; i < 5000; i++)
        {
            var at = chance.Next(1000);
            if (chance.Next(3) > 0)
            {
                set.Add(at);
                model.Add(at);
            }
            else
            {
                set.Remove(at);
                model.Remove(at);
            }
        }

        Assert.Equal(model, set.Each());
        Assert.Equal(model.Count, set.Count);
    }

    [Theory]
    [InlineData(0, int.MaxValue, "1+3 6+1 9+1")]
    [InlineData(2, int.MaxValue, "1+9")]
    [InlineData(1, int.MaxValue, "1+3 6+1 9+1")]
    [InlineData(0, 2, "1+2 3+1 6+1 9+1")]
    [InlineData(2, 4, "1+3 6+4")]
    public void Runs_OfASet_AreJoinedOverGapsUpToALength(int gap, int longest, string expected) =>
        Assert.Equal(expected, string.Join(' ', Of(1, 2, 3, 6, 9).Runs(gap, longest).Select(r => $"{r.First}+{r.Count}")));

    [Fact]
    public void Runs_OfAnEmptySet_AreNone() => Assert.Empty(Of().Runs());

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.3, 2)]
    [InlineData(0.8, 8)]
    [InlineData(9.0, 8)]
    public void GapWorthReading_ForAShare_ReadsNoMoreThanThat(double share, int expected) =>
        // Gaps of 1, 3 and 9.
        Assert.Equal(expected, Of(0, 2, 6, 16, 17).GapWorthReading(share, 8));

    private static BlockSet Of(params int[] members)
    {
        var set = new BlockSet(100);
        foreach (var member in members)
            set.Add(member);
        return set;
    }
}
