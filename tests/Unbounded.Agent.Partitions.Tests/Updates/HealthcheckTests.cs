using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>The verdict: commit, counted failures, and the way back.</summary>
public sealed class HealthcheckTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public HealthcheckTests() => _scene.Publish("2.0.0");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Healthcheck_OfAStableSystem_ChangesNothing()
    {
        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.True(end.Succeeded);
        Assert.Contains(end.Checks, c => c.Name == "test-health");
        Assert.False(Directory.Exists(_scene.Host.Path("data")));
    }

    [Fact]
    public async Task Healthcheck_OfAnIllStableSystem_FailsAndChangesNothing()
    {
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);
        var state = await File.ReadAllBytesAsync(_scene.StateFile);
        _scene.IsHealthy = () => false;

        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.False(end.Succeeded);
        Assert.Equal(state, await File.ReadAllBytesAsync(_scene.StateFile));
        Assert.Equal(0, _scene.Reboots - 1);
    }

    [Fact]
    public async Task Healthcheck_OfAPreparedUpdate_LeavesItPrepared()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.True((await _scene.Agent.HealthcheckAsync(CancellationToken.None)).Succeeded);

        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Healthcheck_BeforeTheReboot_LeavesTheSlotOnTrial()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.Contains("waits to be booted", end.Summary, StringComparison.Ordinal);
        Assert.Equal(("activated", "B"), (_scene.Phase, (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot));
    }

    [Fact]
    public async Task Healthcheck_ThatFails_IsCountedAndGoesBackToActivated()
    {
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.IsHealthy = () => false;

        var end = await agent.HealthcheckAsync(CancellationToken.None);

        Assert.False(end.Succeeded);
        Assert.Equal(("activated", 1), (_scene.Phase, Failures));
        Assert.Contains("ill", end.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_ThatPassesAfterFailures_CommitsAndForgetsThem()
    {
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.IsHealthy = () => false;
        await agent.HealthcheckAsync(CancellationToken.None);
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        _scene.IsHealthy = () => true;

        await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.Equal(("success", 0), (_scene.Phase, Failures));
    }

    [Fact]
    public async Task Healthcheck_AtTheLimit_BringsTheOldSlotBackByItself()
    {
        _scene.Settings = new() { AutoRollbackAfter = 2 };
        var agent = await _scene.TryOutAsync("2.0.0");
        var before = _scene.Reboots;
        _scene.IsHealthy = () => false;
        await agent.HealthcheckAsync(CancellationToken.None);

        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false, before + 1), (end.Reboots, end.Succeeded, _scene.Reboots));
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
        File.WriteAllText(_scene.Host.Paths.OsRelease, "VERSION_ID=1.0.0\n");
        _scene.IsHealthy = () => true;
        Assert.True((await _scene.Agent.HealthcheckAsync(CancellationToken.None)).Succeeded);
        Assert.Equal("rolled_back", _scene.Phase);
        Assert.Contains("UBA-7402", _scene.State.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal("empty", (await _scene.Agent.StatusAsync(CancellationToken.None)).Slots[1].State);
    }

    [Fact]
    public async Task LastHealthcheck_ThatFails_BringsTheOldSlotBackWhateverWasCounted()
    {
        _scene.Settings = new() { AutoRollbackAfter = 100 };
        var agent = await _scene.TryOutAsync("2.0.0");
        var before = _scene.Reboots;
        _scene.IsHealthy = () => false;

        var end = await agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false, before + 1), (end.Reboots, end.Succeeded, _scene.Reboots));
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
    }

    [Fact]
    public async Task LastHealthcheck_OfAHealthySlotOnTrial_CommitsIt()
    {
        var agent = await _scene.TryOutAsync("2.0.0");

        Assert.True((await agent.LastHealthcheckAsync(CancellationToken.None)).Succeeded);

        Assert.Equal("success", _scene.Phase);
    }

    [Theory]
    [InlineData(SystemState.Starting, true)]
    [InlineData(SystemState.Running, false)]
    [InlineData(SystemState.Degraded, false)]
    public async Task LastHealthcheck_OfABootThatHasNotEnded_BringsTheOldSlotBack(SystemState state, bool goesBack)
    {
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.Systemd = Substitute.For<ISystemd>();
        _scene.Systemd.GetSystemStateAsync(default).ReturnsForAnyArgs(state);
        _scene.Systemd.ListUnitsAsync(default!, default!, default).ReturnsForAnyArgs([]);

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((goesBack, !goesBack), (end.Reboots, end.Succeeded));
        Assert.Equal(goesBack ? "A" : "B", (await agent.StatusAsync(CancellationToken.None)).NextSlot);
    }

    [Fact]
    public async Task Healthcheck_OfABootThatHasNotEnded_CommitsSinceItIsAPartOfIt()
    {
        await _scene.TryOutAsync("2.0.0");
        _scene.Systemd = Substitute.For<ISystemd>();
        _scene.Systemd.GetSystemStateAsync(default).ReturnsForAnyArgs(SystemState.Starting);
        _scene.Systemd.ListUnitsAsync(default!, default!, default).ReturnsForAnyArgs([]);

        Assert.True((await _scene.Agent.HealthcheckAsync(CancellationToken.None)).Succeeded);

        Assert.Equal("success", _scene.Phase);
    }

    [Fact]
    public async Task LastHealthcheck_OfAnIllStableSystem_DoesNothing()
    {
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);
        var reboots = _scene.Reboots;
        _scene.IsHealthy = () => false;

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false, reboots), (end.Succeeded, end.Reboots, _scene.Reboots));
        Assert.Equal("success", _scene.Phase);
    }

    [Fact]
    public async Task Healthcheck_OfAnotherVersionThanWasInstalled_NeverCommits()
    {
        _scene.Settings = new() { AutoRollbackAfter = 1 };
        var agent = await _scene.TryOutAsync("1.9.9");

        var end = await agent.HealthcheckAsync(CancellationToken.None);

        Assert.True(end.Reboots);
        Assert.Equal("A", (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot);
    }

    [Fact]
    public async Task Law11_AnImageThatNeverComesUp_IsLeftByTheBootLoaderAfterThreeBoots()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);
        for (var boot = 0; boot < 3; boot++)
        {
            _scene.Host.Boot();
            Assert.Equal(PartitionScene.B, _scene.Host.Running);
        }

        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.True(end.Succeeded, end.Summary);
        Assert.Contains("version 2.0.0 was given up", end.Summary, StringComparison.Ordinal);
        Assert.EndsWith("slot A is healthy", end.Summary, StringComparison.Ordinal);
        Assert.Equal("rolled_back", _scene.Phase);
        Assert.True((await _scene.Agent.StatusAsync(CancellationToken.None)).BootSuccess);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LastHealthcheck_AfterTheBootLoaderWentBack_RebootsNobody(bool isHealthy)
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);
        for (var boot = 0; boot < 4; boot++)
            _scene.Host.Boot();
        _scene.IsHealthy = () => isHealthy;
        var before = _scene.Reboots;

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false, before), (end.Succeeded, end.Reboots, _scene.Reboots));
        Assert.Contains("nothing is on trial", end.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law11_ARebootBeforeTheCommit_IsARollback()
    {
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.IsHealthy = () => false;
        await agent.HealthcheckAsync(CancellationToken.None);

        _scene.Host.Boot();

        Assert.Equal(PartitionScene.A, _scene.Host.Running);
        _scene.Boots("1.0.0");
        _scene.IsHealthy = () => true;
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.Equal("rolled_back", _scene.Phase);
    }

    [Fact]
    public async Task Law01_AHealthcheckAfterTheCommitThatItsRecordMissed_EndsAsCommitted()
    {
        var agent = await _scene.TryOutAsync("2.0.0");
        var record = await File.ReadAllBytesAsync(_scene.Host.Path("data/record.json"));
        await agent.HealthcheckAsync(CancellationToken.None);
        await File.WriteAllBytesAsync(_scene.Host.Path("data/record.json"), record);

        _scene.Host.Boot();
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.Equal((PartitionScene.B, "success"), (_scene.Host.Running, _scene.Phase));
    }

    [Fact]
    public async Task Healthcheck_WithADamagedBootEnvironment_MakesItWholeAgain()
    {
        await File.WriteAllBytesAsync(_scene.Host.Paths.Boot + "/" + GrubEnvironment.FileName, []);

        await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.Equal(
            await File.ReadAllBytesAsync(_scene.Host.Paths.Boot + "/" + GrubEnvironment.CopyName),
            await File.ReadAllBytesAsync(_scene.Host.Paths.Boot + "/" + GrubEnvironment.FileName));
    }

    [Fact]
    public async Task Rollback_OfAPreparedUpdate_GivesItUp()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        var end = await _scene.Agent.RollbackAsync(CancellationToken.None);

        Assert.Equal((false, "failed", 0), (end.Reboots, _scene.Phase, _scene.Reboots));
        Assert.Equal("empty", (await _scene.Agent.StatusAsync(CancellationToken.None)).Slots[1].State);
    }

    [Fact]
    public async Task Rollback_OfAnActivatedUpdate_NeedsNoReboot()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        var end = await _scene.Agent.RollbackAsync(CancellationToken.None);

        Assert.Equal((false, "rolled_back"), (end.Reboots, _scene.Phase));
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
    }

    [Fact]
    public async Task Rollback_OfASlotOnTrial_Reboots()
    {
        var agent = await _scene.TryOutAsync("2.0.0");

        var end = await agent.RollbackAsync(CancellationToken.None);

        Assert.True(end.Reboots);
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
        _scene.Boots("1.0.0");
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.Equal("rolled_back", _scene.Phase);
    }

    [Fact]
    public async Task Rollback_AfterACommit_BootsTheSlotBeforeAndCommitsIt()
    {
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);

        var end = await _scene.Agent.RollbackAsync(CancellationToken.None);

        Assert.True(end.Reboots);
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
        _scene.Boots("1.0.0");
        var verdict = await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.True(verdict.Succeeded, verdict.Summary);
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("success", "A", true, "complete"), (_scene.Phase, status.NextSlot, status.BootSuccess, status.Slots[1].State));
    }

    [Fact]
    public async Task Rollback_OfAFreshHost_IsRefused()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.RollbackAsync(CancellationToken.None));

        Assert.Equal(PartitionsErrors.StepOutOfOrder, error.Code);
        Assert.Equal(SlotTable.Names[0], _scene.Host.Running);
    }

    private int Failures => _scene.State.GetProperty("health_check_failures").GetInt32();
}
