using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A host that updates itself.</summary>
public sealed class UpdateTurnTests : IDisposable, INodeLabels
{
    private readonly UpdateScene _scene = new();
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Turn_WithSomethingNewer_GoesAllTheWayToTheReboot()
    {
        _scene.Publish("2.0.0");

        var end = await TurnAsync();

        Assert.True(end.Reboots);
        Assert.Equal("activated", _scene.Phase);
        _scene.Host.Boot();
        _scene.Boots("2.0.0");
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.Equal("success", _scene.Phase);
        Assert.False((await TurnAsync()).Reboots);
        Assert.Equal("success", _scene.Phase);
    }

    [Fact]
    public async Task Turn_WithNothingNewer_TouchesNothing()
    {
        _scene.Publish("1.0.0");

        var end = await TurnAsync();

        Assert.Contains("nothing newer", end.Summary, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.Host.Path("data")));
    }

    [Fact]
    public async Task Turn_OutsideTheWindow_WaitsForIt()
    {
        _scene.Publish("2.0.0");
        // The clock of these tests stands a little after three.
        _scene.Settings = new() { MaintenanceWindow = "04:00-05:00" };

        var end = await TurnAsync();

        Assert.Contains("waits: the maintenance window opens", end.Summary, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.Host.Path("data")));
    }

    [Fact]
    public async Task Turn_WithAPreparedSlotOutsideTheWindow_DoesNotReboot()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        _scene.Settings = new() { MaintenanceWindow = "04:00-05:00" };

        var end = await TurnAsync();

        Assert.False(end.Reboots);
        Assert.Contains("is prepared; the maintenance window opens", end.Summary, StringComparison.Ordinal);
        Assert.Equal("staged", _scene.Phase);
        _scene.Settings = new();
        Assert.True((await TurnAsync()).Reboots);
    }

    [Fact]
    public async Task Turn_OfANodeThatIsBlocked_WaitsUntilItIsNot()
    {
        _scene.Publish("2.0.0");
        _labels["updates.kubesolo.io/block"] = "true";

        Assert.Contains("updates.kubesolo.io/block=true", (await TurnAsync()).Summary, StringComparison.Ordinal);
        _labels.Clear();

        Assert.True((await TurnAsync()).Reboots);
    }

    [Fact]
    public async Task Turn_WithASlotOnTrial_LeavesItAlone()
    {
        _scene.Publish("2.0.0");
        await _scene.TryOutAsync("2.0.0");
        _scene.Publish("3.0.0");
        var reboots = _scene.Reboots;

        var end = await TurnAsync();

        Assert.Contains("on trial", end.Summary, StringComparison.Ordinal);
        Assert.Equal(("activated", reboots), (_scene.Phase, _scene.Reboots));
    }

    [Fact]
    public async Task Turn_WithAStateFileThatADeathLeftBehind_MakesItSayWhatIsSo()
    {
        _scene.Publish("1.0.0");
        _scene.Publish("0.9.0");
        await _scene.Agent.ApplyAsync(new("0.9.0", AllowDowngrade: true), CancellationToken.None);
        var before = await File.ReadAllBytesAsync(_scene.StateFile);
        await _scene.Agent.RollbackAsync(CancellationToken.None);
        await File.WriteAllBytesAsync(_scene.StateFile, before);

        Assert.Contains("nothing newer", (await TurnAsync()).Summary, StringComparison.Ordinal);

        Assert.Equal("failed", _scene.Phase);
    }

    [Fact]
    public async Task Law06_AVersionThatFailed_IsNotTriedAgainByAHostThatUpdatesItself()
    {
        _scene.Publish("2.0.0", WithAWrongDigest);
        await Assert.ThrowsAsync<Core.Errors.AgentException>(TurnAsync);
        Assert.Equal("failed", _scene.Phase);

        var end = await TurnAsync();

        Assert.Contains("failed before", end.Summary, StringComparison.Ordinal);
        Assert.Equal(1, _scene.State.GetProperty("attempt_count").GetInt32());
        _scene.Publish("2.0.1");
        Assert.True((await TurnAsync()).Reboots);
    }

    private static string WithAWrongDigest(string entry)
    {
        var at = entry.IndexOf("sha256", StringComparison.Ordinal) + 9;
        return entry[..at] + new string('0', 64) + entry[(at + 64)..];
    }

    Task<NodeAnswer> INodeLabels.ReadAsync(CancellationToken cancellationToken) => Task.FromResult(new NodeAnswer(_labels, null));

    private Task<UpdateEnd> TurnAsync()
    {
        _scene.Node = this;
        return _scene.Agent.TurnAsync(CancellationToken.None);
    }
}
