using Unbounded.Agent.Cluster.Nodes;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

public sealed class KnownNodeTests
{
    private static readonly DateTimeOffset First = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Look_FirstNode_IsKnown() => Assert.Equal(new KnownNode("a"), KnownNode.Look(null, "a", First, idle: true));

    [Fact]
    public void Look_NoNodeYet_IsNoDeletion() => Assert.Null(KnownNode.Look(null, null, null, idle: true));

    [Fact]
    public void Look_TheSameNode_StaysKnown() => Assert.Equal(new KnownNode("a"), KnownNode.Look(new("a"), "a", First, idle: false));

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public void Look_GoneOrAnother_WasDeletedByWhoever(string? now) =>
        Assert.Equal(new KnownNode("a", Deleted: true, First), KnownNode.Look(new("a"), now, First, idle: false));

    [Fact]
    public void Look_RegisteredAnewWhileAnUpdateStillWaits_StaysDeleted()
    {
        var deleted = new KnownNode("a", Deleted: true, First);

        Assert.Equal(deleted, KnownNode.Look(deleted, "b", First, idle: false));
    }

    [Fact]
    public void Look_RegisteredAnewAfterATransition_IsTheNodeFromNowOn() =>
        Assert.Equal(new KnownNode("b"), KnownNode.Look(new("a", Deleted: true, First), "b", First.AddMinutes(1), idle: false));

    [Fact]
    public void Look_RegisteredAnewWithNothingToUpdate_IsTheNodeFromNowOn() =>
        Assert.Equal(new KnownNode("b"), KnownNode.Look(new("a", Deleted: true, First), "b", First, idle: true));

    [Fact]
    public void Look_StillGoneAfterATransition_StaysDeleted()
    {
        var deleted = new KnownNode("a", Deleted: true, First);

        Assert.Equal(deleted, KnownNode.Look(deleted, null, First.AddMinutes(1), idle: true));
    }
}
