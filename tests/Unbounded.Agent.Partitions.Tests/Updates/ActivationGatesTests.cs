using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>What is set against a version after it was prepared counts when it is to be activated.</summary>
public sealed class ActivationGatesTests : IDisposable, INodeLabels
{
    private readonly UpdateScene _scene = new();
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    public ActivationGatesTests() => _scene.Node = this;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Turn_WithALabelSetSinceThen_DoesNotActivateAndSaysSo()
    {
        await PreparedAsync();
        _labels["updates.unbounded-cloud.io/block"] = "true";

        var end = await TurnAsync();

        Assert.Equal((false, "UBA-7404", "staged"), (end.Reboots, end.Problem!.Code, _scene.Phase));
        Assert.StartsWith("UBA-7404: Version 2.0.0 is prepared", LastError, StringComparison.Ordinal);
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("A", LastError), (status.NextSlot, status.State.LastError));
        var saved = await File.ReadAllBytesAsync(_scene.StateFile);
        await TurnAsync();
        Assert.Equal(saved, await File.ReadAllBytesAsync(_scene.StateFile));

        _labels.Clear();
        Assert.True((await TurnAsync()).Reboots);
        Assert.Equal(("activated", ""), (_scene.Phase, LastError));
    }

    [Fact]
    public async Task Turn_WithTheVersionBlockedSinceThen_WaitsUntilItIsNot()
    {
        await PreparedAsync();
        _scene.Block("2.0.0");

        var end = await TurnAsync();

        Assert.Equal((false, "UBA-7404", "staged"), (end.Reboots, end.Problem!.Code, _scene.Phase));
        Assert.Contains("blocked", LastError, StringComparison.Ordinal);
        _scene.Block();
        Assert.True((await TurnAsync()).Reboots);
    }

    [Fact]
    public async Task Turn_WithTheVersionBlockedAndAnotherThere_TakesThatOne()
    {
        await PreparedAsync();
        _scene.Block("2.0.0");
        _scene.Publish("2.0.1");

        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal(("activated", "2.0.1", 1), (_scene.Phase, _scene.State.GetProperty("to_version").GetString(), _scene.State.GetProperty("attempt_count").GetInt32()));
    }

    [Fact]
    public async Task Turn_WithAMinimumVersionSetSinceThen_DoesNotActivate()
    {
        await PreparedAsync();
        _scene.Edit(entry => entry.Replace("\"url\"", "\"minimum_version\":\"1.5\",\"url\"", StringComparison.Ordinal));

        Assert.False((await TurnAsync()).Reboots);
        Assert.Contains("needs at least 1.5", LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_WithASourceThatDoesNotAnswer_LeavesThePreparedSlotForLater()
    {
        await PreparedAsync();
        File.Delete(_scene.Host.Path("index.json"));

        await Assert.ThrowsAsync<AgentException>(TurnAsync);

        Assert.Equal("staged", _scene.Phase);
        Assert.Equal("A", (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot);
    }

    [Fact]
    public async Task Turn_WithAnIndexThatHasOnlyALaterVersion_ActivatesWhatWasPrepared()
    {
        await PreparedAsync();
        _scene.Withdraw("2.0.0");
        _scene.Publish("3.0.0");

        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal("2.0.0", _scene.State.GetProperty("to_version").GetString());
    }

    [Fact]
    public async Task Activate_PastALabel_IsRefusedUnlessForced()
    {
        await PreparedAsync();
        _labels["updates.kubesolo.io/block"] = "true";

        await RefusedAsync(force: false);
        Assert.Equal("staged", _scene.Phase);
        await _scene.Agent.ActivateAsync(force: true, CancellationToken.None);

        Assert.Equal(("activated", ""), (_scene.Phase, LastError));
    }

    [Fact]
    public async Task Activate_OutsideTheWindow_IsRefusedUnlessForced()
    {
        await PreparedAsync();
        _scene.Settings = new() { MaintenanceWindow = "04:00-05:00" };

        await RefusedAsync(force: false);
        await _scene.Agent.ActivateAsync(force: true, CancellationToken.None);
    }

    [Fact]
    public async Task Activate_OfABlockedVersion_IsRefusedAlsoWhenForced()
    {
        await PreparedAsync();
        _scene.Block("2.0.0");

        await RefusedAsync(force: true);
    }

    [Fact]
    public async Task Activate_WithASourceThatDoesNotAnswer_GoesOnAndSaysWhatWasNotLookedAt()
    {
        await PreparedAsync();
        File.Delete(_scene.Host.Path("index.json"));

        var end = await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        Assert.Contains("not all looked at", end.Summary, StringComparison.Ordinal);
        Assert.Equal("activated", _scene.Phase);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Again_OfAVersionThatWasTakenAway_IsForbiddenWhereThatIsHowOneIsBlocked(bool absenceBlocks, int reasons) =>
        Assert.Equal(reasons, UpdateGates.Again("2.0.0", new() { Images = [] }, absenceBlocks, new(), force: false, "1.0.0", NodeAnswer.NotAsked, _scene.Time.GetUtcNow()).Lasting.Count);

    [Theory]
    [InlineData("oci://host/repository", true, true)]
    [InlineData("https://host/path/", true, false)]
    [InlineData("file:///media/os.bundle.tar", true, false)]
    [InlineData("file:///media/os-2.0.0.img.zst", false, false)]
    [InlineData(null, false, false)]
    public void Source_OfEachKind_SaysWhatItCanBeAsked(string? server, bool hasList, bool blocksByRemoval) =>
        Assert.Equal((hasList, blocksByRemoval), (UpdateSource.HasList(new() { Server = server }), UpdateSource.BlocksByRemoval(new() { Server = server })));

    Task<NodeAnswer> INodeLabels.ReadAsync(CancellationToken cancellationToken) => Task.FromResult(new NodeAnswer(_labels, null));

    private string LastError => _scene.State.GetProperty("last_error").GetString()!;

    private async Task PreparedAsync()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
    }

    private async Task RefusedAsync(bool force)
    {
        var refused = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.ActivateAsync(force, CancellationToken.None));
        Assert.Equal(("UBA-7404", ErrorKind.Precondition), (refused.Code.Id, refused.Code.Kind));
        Assert.StartsWith("UBA-7404", LastError, StringComparison.Ordinal);
        Assert.Equal("A", (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot);
    }

    private Task<UpdateEnd> TurnAsync() => _scene.Agent.TurnAsync(CancellationToken.None);
}
