using Unbounded.Agent.Linux.Locks;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>No other run of the agent is changing the host.</summary>
internal sealed class LockCheck(PreflightHost host) : IPreflightCheck
{
    private const string LockPath = "/run/unbounded-agent.lock";

    public string Name => "lock";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken) =>
        Task.FromResult(AgentLock.Holder(host.Real(LockPath)) is { } holder && holder.Pid != Environment.ProcessId
            ? PreflightFinding.Error($"process {holder.Pid} ({holder.Command}) is changing this host since {holder.Since:u}", "Wait for its end, then run it again")
            : PreflightFinding.Ok("nobody else is changing this host"));
}
