using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Slots;

public sealed class SlotChecksTests : IDisposable
{
    private readonly PartitionScene _scene = new(1 << 20);
    private readonly ISystemd _systemd = Substitute.For<ISystemd>();

    public SlotChecksTests() => Failed([]);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task SlotBooted_OfTheRunningSlot_PassesAndOfTheOtherNeverDoes()
    {
        Assert.Equal(CheckOutcome.Passed, (await EvaluateAsync("slot-booted", PartitionScene.A)).Outcome);
        Assert.Equal(CheckOutcome.Never, (await EvaluateAsync("slot-booted", PartitionScene.B)).Outcome);
    }

    [Theory]
    [InlineData("IMAGE_VERSION=2.0", CheckOutcome.Passed)]
    [InlineData("IMAGE_VERSION=2.1", CheckOutcome.Never)]
    [InlineData("VERSION_ID=12", CheckOutcome.Passed)]
    public async Task SystemVersion_OfWhatTheSystemSays_ComparesItWithTheTarget(string release, CheckOutcome expected)
    {
        await File.WriteAllTextAsync(_scene.Paths.OsRelease, release + "\n");

        Assert.Equal(expected, (await EvaluateAsync("system-version", PartitionScene.A)).Outcome);
    }

    [Theory]
    [InlineData(SystemState.Running, CheckOutcome.Passed)]
    [InlineData(SystemState.Degraded, CheckOutcome.Passed)]
    [InlineData(SystemState.Starting, CheckOutcome.Passed)]
    [InlineData(SystemState.Initializing, CheckOutcome.NotYet)]
    [InlineData(SystemState.Maintenance, CheckOutcome.NotYet)]
    [InlineData(SystemState.Stopping, CheckOutcome.NotYet)]
    public async Task SystemRunning_OfAState_PassesWhenItIsUp(SystemState state, CheckOutcome expected)
    {
        _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>()).Returns(state);

        Assert.Equal(expected, (await EvaluateAsync("system-running", PartitionScene.A)).Outcome);
    }

    [Theory]
    [InlineData(SystemState.Running, CheckOutcome.Passed)]
    [InlineData(SystemState.Degraded, CheckOutcome.Passed)]
    [InlineData(SystemState.Starting, CheckOutcome.Never)]
    [InlineData(SystemState.Initializing, CheckOutcome.Never)]
    [InlineData(SystemState.Maintenance, CheckOutcome.Never)]
    public async Task BootEnded_AtTheDeadline_WaitsNoLonger(SystemState state, CheckOutcome expected)
    {
        _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>()).Returns(state);

        Assert.Equal(expected, (await new BootEndedCheck(_systemd).EvaluateAsync(CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task SystemRunning_OfADegradedSystem_NamesWhatFailed()
    {
        _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>()).Returns(SystemState.Degraded);
        Failed([new("cups.service", "", "loaded", ActiveState.Failed, "failed")]);

        Assert.Equal("systemd is degraded; failed: cups.service", (await EvaluateAsync("system-running", PartitionScene.A)).Evidence);
    }

    [Fact]
    public async Task Reboot_OfTheHost_IsAJobThatNothingCallsOff()
    {
        _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>()).Returns(SystemState.Stopping);

        await new SystemdReboot(_systemd, new QuickTime()).RebootAsync(CancellationToken.None);

        await _systemd.Received().StartAsync("reboot.target", JobMode.ReplaceIrreversibly, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Reboot_WhoseJobIsQueued_DoesNotWaitForItsEnd()
    {
        _systemd.StartAsync(default!, default, default).ReturnsForAnyArgs(call => UntilCancelledAsync(call.Arg<CancellationToken>()));
        _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>()).Returns(SystemState.Running, SystemState.Running, SystemState.Stopping);

        await new SystemdReboot(_systemd, new QuickTime()).RebootAsync(CancellationToken.None);

        await _systemd.Received(3).GetSystemStateAsync(Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Reboot_WhoseBusGoesDownWithTheHost_IsNoFailure()
    {
        _systemd.StartAsync(default!, default, default).ThrowsAsyncForAnyArgs(new AgentException(LinuxErrors.BusConnectionLost, "a", "b", "c"));

        await new SystemdReboot(_systemd, new QuickTime()).RebootAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Reboot_ThatSystemdRefuses_SaysWhatIsDecidedAlready()
    {
        _systemd.StartAsync(default!, default, default).ThrowsAsyncForAnyArgs(new AgentException(LinuxErrors.BusAccessDenied, "a", "b", "c"));

        var error = await Assert.ThrowsAsync<AgentException>(() => new SystemdReboot(_systemd, new QuickTime()).RebootAsync(CancellationToken.None));

        Assert.Equal(PartitionsErrors.RebootFailed, error.Code);
    }

    private static async Task<JobResult> UntilCancelledAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("it never ends by itself");
    }

    private void Failed(IReadOnlyList<UnitSummary> units) => _systemd.ListUnitsAsync(default!, default!, default).ReturnsForAnyArgs(units);

    private Task<CheckResult> EvaluateAsync(string name, SlotName slot)
    {
        var target = new Target("fp", new() { MachineName = "host", Cluster = new() { Version = "2.0" }, Kubelet = new() }, new UpdatePolicy());
        return new SlotChecks(_scene.Paths.OsRelease, _systemd).For(slot, target, new SlotTable(_scene.Paths)).Single(c => c.Name == name)
            .EvaluateAsync(CancellationToken.None);
    }
}
