using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Slots;

public sealed class SystemdRebootTests
{
    private readonly ISystemd _systemd = Substitute.For<ISystemd>();
    private readonly TaskCompletionSource<JobResult> _job = new();

    public SystemdRebootTests() =>
        _systemd.StartAsync("reboot.target", JobMode.ReplaceIrreversibly, Arg.Any<CancellationToken>()).Returns(call =>
        {
            call.Arg<CancellationToken>().Register(() => _job.TrySetCanceled());
            return _job.Task;
        });

    [Fact]
    public async Task Reboot_OfAHostThatGoesDown_DoesNotWaitForTheJob()
    {
        State().Returns(SystemState.Running, SystemState.Running, SystemState.Stopping);

        await RebootAsync();
    }

    [Fact]
    public async Task Reboot_OverABusThatIsGoneOnceTheJobWasTaken_IsUnderWay()
    {
        State().Returns(SystemState.Stopping);
        _job.SetException(Bus(LinuxErrors.BusUnavailable));

        await RebootAsync();
    }

    [Theory]
    [InlineData("UBA-2201")]
    [InlineData("UBA-2205")]
    public async Task Reboot_OverABusThatCantBeReached_Fails(string code)
    {
        var error = Bus(new[] { LinuxErrors.BusUnavailable, LinuxErrors.BusServiceUnavailable }.Single(c => c.Id == code));
        State().ThrowsAsync(error);
        _job.SetException(error);

        await FailsAsync();
    }

    [Fact]
    public async Task Reboot_WithABusThatDoesNotTakeTheJob_Fails()
    {
        State().Returns(SystemState.Running);
        _job.SetException(Bus(LinuxErrors.BusUnavailable));

        await FailsAsync();
    }

    [Fact]
    public async Task Reboot_WhoseJobIsCalledOff_Fails()
    {
        State().Returns(SystemState.Running);
        _job.SetResult(new("reboot.target", "start", JobOutcome.Canceled, "canceled"));

        await FailsAsync();
    }

    private static AgentException Bus(ErrorCode code) => new(code, "the bus", "is away", "wait");

    private Task<SystemState> State() => _systemd.GetSystemStateAsync(Arg.Any<CancellationToken>());

    private Task RebootAsync() => new SystemdReboot(_systemd, new QuickTime()).RebootAsync(CancellationToken.None);

    private async Task FailsAsync() => Assert.Equal(PartitionsErrors.RebootFailed, (await Assert.ThrowsAsync<AgentException>(RebootAsync)).Code);
}
