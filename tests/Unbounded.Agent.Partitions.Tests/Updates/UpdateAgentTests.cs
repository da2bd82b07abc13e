using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>The commands, from a fresh host on, with the semantics of the ancestor's state file.</summary>
public sealed class UpdateAgentTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Check_OfANewerImage_SaysSoAndTouchesNothing()
    {
        _scene.Publish("2.0.0");

        var offer = await _scene.Agent.CheckAsync(new(), CancellationToken.None);

        Assert.Equal(("1.0.0", "2.0.0", true), (offer.CurrentVersion, offer.Image!.Version, offer.IsNewer));
        Assert.False(Directory.Exists(_scene.Host.Path("data")));
    }

    [Fact]
    public async Task Update_FromApplyToCommit_PassesEveryPhase()
    {
        var content = _scene.Publish("2.0.0");

        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        Assert.Equal("staged", _scene.Phase);
        Assert.Equal(("1.0.0", "2.0.0", 1), (Text("from_version"), Text("to_version"), Number("attempt_count")));
        Assert.Equal(content, _scene.Host[PartitionScene.B].Read(content.Length));

        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);
        Assert.Equal("activated", _scene.Phase);
        _scene.Host.Boot();
        _scene.Boots("2.0.0");
        Assert.Equal(PartitionScene.B, _scene.Host.Running);

        var end = await _scene.Agent.HealthcheckAsync(CancellationToken.None);

        Assert.True(end.Succeeded, end.Summary);
        Assert.Equal(("success", "", 0), (_scene.Phase, Text("last_error"), Number("health_check_failures")));
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("B", "B", true), (status.RunningSlot, status.NextSlot, status.BootSuccess));
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.B, _scene.Host.Running);
    }

    [Fact]
    public async Task Update_ASecondTime_GoesBackToTheFirstSlot()
    {
        _scene.Publish("2.0.0");
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);
        _scene.Publish("3.0.0");

        await (await _scene.TryOutAsync("3.0.0")).HealthcheckAsync(CancellationToken.None);

        Assert.Equal(("success", "2.0.0", "3.0.0", 1), (_scene.Phase, Text("from_version"), Text("to_version"), Number("attempt_count")));
        Assert.Equal("A", (await _scene.Agent.StatusAsync(CancellationToken.None)).RunningSlot);
    }

    [Fact]
    public async Task Apply_OfNothingNewer_DoesNothing()
    {
        _scene.Publish("1.0.0");

        var end = await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Contains("nothing newer", end.Summary, StringComparison.Ordinal);
        Assert.Equal(0, Number("attempt_count"));
    }

    [Fact]
    public async Task Apply_OfWhatRunsAlready_DoesNothing()
    {
        _scene.Publish("2.0.0");
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);

        var end = await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Contains("runs already", end.Summary, StringComparison.Ordinal);
        Assert.Equal("success", _scene.Phase);
    }

    [Fact]
    public async Task Apply_ASecondTime_WritesNothingAgain()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        var record = await File.ReadAllBytesAsync(_scene.Host.Path("data/record.json"));

        var end = await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Contains("already", end.Summary, StringComparison.Ordinal);
        Assert.Equal(record, await File.ReadAllBytesAsync(_scene.Host.Path("data/record.json")));
    }

    [Fact]
    public async Task Apply_BehindAClosedGate_WritesNothing()
    {
        _scene.Settings = new() { MaintenanceWindow = "22:00-23:00" };
        _scene.Publish("2.0.0");

        await FailsAsync(PartitionsErrors.GateClosed, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));
        Assert.Equal(("idle", 0), (_scene.Phase, Number("attempt_count")));

        await _scene.Agent.ApplyAsync(new(Force: true), CancellationToken.None);
        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Apply_OfAnEmptyIndex_SaysThatThereIsNothing()
    {
        await File.WriteAllTextAsync(_scene.Host.Path("index.json"), """{"images":[]}""");

        await FailsAsync(PartitionsErrors.NoCandidate, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));
    }

    [Fact]
    public async Task Apply_OfADamagedImage_FailsWithItsReasonAndCountsTheAttempt()
    {
        _scene.Publish("2.0.0", entry => entry.Replace("\"sha256\":\"", "\"sha256\":\"" + new string('0', 64) + "\",\"other\":\"", StringComparison.Ordinal));

        await FailsAsync(PartitionsErrors.ImageDigestWrong, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));

        Assert.Equal(("failed", 1), (_scene.Phase, Number("attempt_count")));
        Assert.Contains("UBA-7203", Text("last_error"), StringComparison.Ordinal);
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("A", "A", "empty"), (status.RunningSlot, status.NextSlot, status.Slots[1].State));
    }

    [Fact]
    public async Task Law06_AnImageThatFailed_IsNotTriedAgainUnlessAskedFor()
    {
        _scene.Publish("2.0.0", entry => entry.Replace("\"size\":", "\"size\":1", StringComparison.Ordinal).Replace("14194304", "4194305", StringComparison.Ordinal));
        await FailsAsync(PartitionsErrors.ImageSizeWrong, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));

        await FailsAsync(PartitionsErrors.GateClosed, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));
        Assert.Equal(1, Number("attempt_count"));

        await FailsAsync(PartitionsErrors.ImageSizeWrong, () => _scene.Agent.ApplyAsync(new(Retry: true), CancellationToken.None));
        Assert.Equal(2, Number("attempt_count"));
    }

    [Fact]
    public async Task Apply_OfAnotherVersionWhileOneIsPrepared_IsRefused()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        _scene.Publish("3.0.0");

        await FailsAsync(PartitionsErrors.StepOutOfOrder, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));

        Assert.Equal(("staged", "2.0.0"), (_scene.Phase, Text("to_version")));
    }

    [Fact]
    public async Task Apply_WhileASlotIsOnTrial_IsRefused()
    {
        _scene.Publish("2.0.0");
        await _scene.TryOutAsync("2.0.0");

        await FailsAsync(PartitionsErrors.StepOutOfOrder, () => _scene.Agent.ApplyAsync(new(), CancellationToken.None));
    }

    [Fact]
    public async Task Apply_ThatWasCutOff_GoesOnAndCountsIt()
    {
        _scene.Publish("2.0.0");
        _scene.Publish("1.5.0");
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.Agent.ApplyAsync(new(), stop.Token));

        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Apply_OfADowngrade_IsRefusedUnlessAllowed()
    {
        _scene.Publish("0.5.0");

        await FailsAsync(PartitionsErrors.GateClosed, () => _scene.Agent.ApplyAsync(new("0.5.0"), CancellationToken.None));
        await _scene.Agent.ApplyAsync(new("0.5.0", AllowDowngrade: true), CancellationToken.None);

        Assert.Equal(("staged", "0.5.0"), (_scene.Phase, Text("to_version")));
    }

    [Fact]
    public async Task Activate_WithoutAPreparedSlot_IsRefused()
    {
        await FailsAsync(PartitionsErrors.StepOutOfOrder, () => _scene.Agent.ActivateAsync(force: false, CancellationToken.None));
        Assert.Equal(0, _scene.Reboots);
    }

    [Fact]
    public async Task Activate_ASecondTime_IsTheSame()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("activated", "B", 3, false), (_scene.Phase, status.NextSlot, status.BootCounter, status.BootSuccess));
    }

    [Fact]
    public async Task Activate_AfterARebootInBetween_StillKnowsWhatIsPrepared()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        _scene.Host.Boot();

        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        Assert.Equal("activated", _scene.Phase);
        Assert.Equal(1, Number("attempt_count"));
    }

    [Fact]
    public async Task Activate_OfWhatRunsAlready_IsRefused()
    {
        _scene.Publish("2.0.0");
        await (await _scene.TryOutAsync("2.0.0")).StatusAsync(CancellationToken.None);

        await FailsAsync(PartitionsErrors.StepOutOfOrder, () => _scene.Agent.ActivateAsync(force: false, CancellationToken.None));
    }

    [Fact]
    public async Task Status_OfAFreshHost_IsIdle()
    {
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);

        Assert.Equal((Core.Transaction.Phases.Phase.Idle, "A", "A", "GRUB", 0, true), (status.State.Phase, status.RunningSlot, status.NextSlot, status.BootLoader, status.BootCounter, status.BootSuccess));
        Assert.Equal([("A", "running", true, "1.0.0"), ("B", "empty", false, null)], status.Slots.Select(s => (s.Name, s.State, s.Bootable, s.Version)));
        Assert.False(File.Exists(_scene.StateFile));
    }

    private string Text(string name) => _scene.State.GetProperty(name).GetString()!;

    private int Number(string name) => _scene.State.GetProperty(name).GetInt32();

    private static async Task FailsAsync(ErrorCode code, Func<Task> act) => Assert.Equal(code.Id, (await Assert.ThrowsAsync<AgentException>(act)).Code.Id);
}
