using System.Runtime.CompilerServices;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>What both simulated systemds share: the calls that the backend does not make are no part of the simulation.</summary>
internal abstract class SimSystemd : ISystemd
{
    public abstract Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    public abstract Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    public abstract Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default);

    public virtual Task<JobResult> StartTransientAsync(TransientService service, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task<JobResult> RestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task<JobResult> ReloadOrRestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) => throw NotSimulated();

    public async IAsyncEnumerable<UnitState> WatchUnitAsync(string unit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return await GetUnitAsync(unit, cancellationToken);
    }

    public Task<IReadOnlyList<UnitSummary>> ListUnitsAsync(
        IReadOnlyCollection<string> patterns, IReadOnlyCollection<string> states, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task ResetFailedAsync(string unit, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public virtual Task KillAsync(string unit, KillTarget target, int signal, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task EnableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task DisableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) => throw NotSimulated();

    public Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    public Task<SystemState> GetSystemStateAsync(CancellationToken cancellationToken = default) => Task.FromResult(SystemState.Running);

    public async IAsyncEnumerable<SystemState> WatchSystemStateAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return await GetSystemStateAsync(cancellationToken);
    }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken = default) => Task.FromResult("257 (simulated)");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected static JobResult Done(string unit, string kind, bool well) =>
        new(unit, kind, well ? JobOutcome.Done : JobOutcome.Failed, well ? "done" : "failed");

    protected static UnitState State(string unit, bool active, bool failed = false) => new(unit)
    {
        LoadState = "loaded",
        ActiveState = active ? ActiveState.Active : failed ? ActiveState.Failed : ActiveState.Inactive,
        SubState = active ? "running" : failed ? "failed" : "dead",
        Result = failed ? "exit-code" : "success",
    };

    private static InvalidOperationException NotSimulated([CallerMemberName] string call = "") => new($"{call} is no part of the simulation");
}
