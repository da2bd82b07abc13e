using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

public sealed class UpdateGatesTests
{
    private const long SlotBytes = 1100;
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Look_AtANewerImage_HasNoObstacle()
    {
        var offer = Look([Image("1.1"), Image("1.2"), Image("1.0")]);

        Assert.Equal(("1.2", true), (offer.Image!.Version, offer.IsNewer));
        Assert.Empty(offer.Obstacles);
        Assert.Contains("label", Assert.Single(offer.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_AtTheSameVersion_IsNothingNewer()
    {
        var offer = Look([Image("1.0")]);

        Assert.False(offer.IsNewer);
        Assert.Empty(offer.Obstacles);
    }

    [Fact]
    public void Look_AtOtherChannelsAndArchitectures_PassesThemOver()
    {
        var offer = Look([Image("3.0") with { Channel = "beta" }, Image("2.0") with { Architecture = "riscv64" }]);

        Assert.Null(offer.Image);
        Assert.Contains("channel stable", Assert.Single(offer.Obstacles), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_AtABlockedVersion_TakesTheNextBestOne() =>
        Assert.Equal("1.1", Look([Image("1.1"), Image("1.2")], blocked: ["v1.2"]).Image!.Version);

    [Fact]
    public void Look_AtABlockedVersionThatWasAskedFor_IsRefused() =>
        Obstacle("blocked", Look([Image("1.2")], new("1.2", Force: true, AllowDowngrade: true), blocked: ["1.2"]));

    [Fact]
    public void Look_AtAnOlderVersion_IsRefusedUnlessAllowed()
    {
        Obstacle("older", Look([Image("0.9")], new("0.9")));
        Obstacle("older", Look([Image("0.9")], new("0.9", Force: true)));
        Assert.Empty(Look([Image("0.9")], new("0.9", AllowDowngrade: true)).Obstacles);
    }

    [Fact]
    public void Look_AtAVersionThatNeedsAStepBetween_IsRefused()
    {
        Obstacle("needs at least 1.5", Look([Image("2.0") with { MinimumVersion = "1.5" }], new(Force: true)));
        Assert.Empty(Look([Image("2.0") with { MinimumVersion = "1.0" }]).Obstacles);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Look_AtTheSlotsRoom_AsksForTenPercentToSpare(long size, bool fits) =>
        Assert.Equal(fits, Look([Image("2.0") with { SizeBytes = size }], new(Force: true)).Obstacles.Count == 0);

    [Theory]
    [InlineData(null, true)]
    [InlineData("11:00-13:00", true)]
    [InlineData("22:00-13:00", true)]
    [InlineData("13:00-14:00", false)]
    [InlineData("22:00-04:00", false)]
    public void Look_OutsideTheWindow_WaitsUnlessForced(string? window, bool open)
    {
        var settings = new UpdateSettings { MaintenanceWindow = window };

        Assert.Equal(open, Look([Image("2.0")], settings: settings).Obstacles.Count == 0);
        Assert.Empty(Look([Image("2.0")], new(Force: true), settings).Obstacles);
    }

    [Theory]
    [InlineData("updates.kubesolo.io/block")]
    [InlineData("updates.unbounded-cloud.io/block")]
    public void Look_AtANodeThatIsBlocked_IsRefusedUnlessForced(string label)
    {
        Obstacle(label, Look([Image("2.0")], node: Labels((label, "true"), ("zone", "a"))));
        Assert.Empty(Look([Image("2.0")], new(Force: true), node: Labels((label, "true"))).Obstacles);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("")]
    public void Look_AtANodeThatIsNotBlocked_HasNothingToSay(string value)
    {
        var offer = Look([Image("2.0")], node: Labels(("updates.kubesolo.io/block", value)));

        Assert.Empty(offer.Obstacles);
        Assert.Empty(offer.Notes);
    }

    [Fact]
    public void Look_AtANodeThatCantBeAsked_IsNoObstacleAndIsSaid()
    {
        var offer = Look([Image("2.0")], node: new(null, "the server is away"));

        Assert.Empty(offer.Obstacles);
        Assert.Contains("was not looked at: the server is away", Assert.Single(offer.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Force_SkipsTheWindowAndTheLabelOnly()
    {
        var offer = Look(
            [Image("0.5") with { MinimumVersion = "1.5", SizeBytes = 5000 }],
            new("0.5", Force: true),
            new() { MaintenanceWindow = "13:00-14:00" },
            ["0.5"],
            Labels(("updates.kubesolo.io/block", "true")));

        Assert.Equal(4, offer.Obstacles.Count);
        Assert.DoesNotContain(offer.Obstacles, o => o.Contains("window", StringComparison.Ordinal) || o.Contains("label", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AtEverythingWrong_SaysAllOfIt() => Assert.Equal(
        5,
        Look(
            [Image("0.5") with { MinimumVersion = "1.5", SizeBytes = 5000 }],
            new("0.5"),
            new() { MaintenanceWindow = "13:00-14:00" },
            ["0.5"]).Obstacles.Count);

    [Fact]
    public void Again_OfAVersionInTwoChannels_LooksAtTheHostsOwn()
    {
        var index = new UpdateIndex { Images = [Image("2.0") with { Channel = "beta", MinimumVersion = "1.5" }, Image("2.0")] };

        Assert.Empty(Again(index, "stable").Lasting);
        Assert.Contains("needs at least 1.5", Assert.Single(Again(index, "beta").Lasting), StringComparison.Ordinal);
        Assert.Contains("does not have version 2.0", Assert.Single(Again(index, "edge").Lasting), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IndexExtent.All, "3.0", "1.5", 1)]
    [InlineData(IndexExtent.All, "3.0", "2.5", 1)]
    [InlineData(IndexExtent.Newest, "3.0", "1.5", 1)]
    [InlineData(IndexExtent.Newest, "3.0", "2.5", 0)]
    [InlineData(IndexExtent.Part, "3.0", "1.5", 0)]
    public void Again_OfAVersionThatIsNotInTheList_IsWithdrawnWhereItWouldHaveBeenSeen(IndexExtent extent, string newer, string older, int reasons) =>
        Assert.Equal(reasons, Again(new() { Images = [Image(newer), Image(older)], Extent = extent }, "stable").Lasting.Count);

    private static PreparedGates Again(UpdateIndex index, string channel) =>
        UpdateGates.Again("2.0", index, absenceBlocks: true, new() { Channel = channel }, force: false, "1.0", NodeAnswer.NotAsked, Noon);

    private static IndexImage Image(string version) => new()
    {
        Version = version,
        Architecture = UpdateGates.Architecture,
        Url = "os.img",
        Sha256 = new string('a', 64),
        SizeBytes = 100,
    };

    private static void Obstacle(string expected, UpdateOffer offer) => Assert.Contains(expected, Assert.Single(offer.Obstacles), StringComparison.Ordinal);

    private static UpdateOffer Look(
        IReadOnlyList<IndexImage> images, UpdateRequest? request = null, UpdateSettings? settings = null, IReadOnlyList<string>? blocked = null, NodeAnswer? node = null) =>
        UpdateGates.Look(new() { Images = images, Blocked = blocked ?? [] }, settings ?? new(), request ?? new(), "1.0", SlotBytes, node ?? NodeAnswer.NotAsked, Noon);

    private static NodeAnswer Labels(params (string Key, string Value)[] labels) => new(labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal), null);
}
