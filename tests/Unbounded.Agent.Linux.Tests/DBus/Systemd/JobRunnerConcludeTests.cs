using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

public sealed class JobRunnerConcludeTests
{
    [Theory]
    [InlineData(false, ActiveState.Active, "success", JobOutcome.Done)]
    [InlineData(false, ActiveState.Reloading, "success", JobOutcome.Done)]
    [InlineData(false, ActiveState.Activating, "success", JobOutcome.Done)]
    [InlineData(false, ActiveState.Inactive, "success", JobOutcome.Done)]
    [InlineData(false, ActiveState.Inactive, "exit-code", JobOutcome.Failed)]
    [InlineData(false, ActiveState.Deactivating, "timeout", JobOutcome.Failed)]
    [InlineData(false, ActiveState.Failed, "exit-code", JobOutcome.Failed)]
    [InlineData(true, ActiveState.Inactive, "success", JobOutcome.Done)]
    [InlineData(true, ActiveState.Failed, "timeout", JobOutcome.Done)]
    [InlineData(true, ActiveState.Active, "success", JobOutcome.Canceled)]
    [InlineData(true, ActiveState.Activating, "success", JobOutcome.Canceled)]
    public void Conclude_UnitInState_Outcome(bool endsInactive, ActiveState state, string result, JobOutcome expected)
    {
        var request = new JobRequest("a.service", "start", new BusCall("", "", "", "")) { EndsInactive = endsInactive };

        var job = JobRunner.Conclude(request, new UnitState("a.service") { ActiveState = state, Result = result, SubState = "sub" });

        Assert.Equal(new JobResult("a.service", "start", expected, "sub") { IsConcluded = true }, job);
    }
}
