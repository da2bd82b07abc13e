using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A systemd in memory. It passes the contract that the real one passes; tests script its units and read what was asked of it.</summary>
internal sealed partial class FakeSystemd : ISystemd
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeUnit> _units = new(StringComparer.Ordinal);
    private int _numbers = 1000;

    /// <summary>Everything that changes something, in order: <c>start kubelet.service</c>, <c>reload</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What a transient service does; nothing by default.</summary>
    public Func<TransientService, CancellationToken, Task> RunsTransient { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The state of the whole system; null: running, or degraded when a unit has failed.</summary>
    public SystemState? System { get; set; }

    /// <summary>When set, nothing answers.</summary>
    public AgentException? Broken { get; set; }

    /// <summary>Called when a unit's processes were sent a signal.</summary>
    public Action? Killing { get; set; }

    /// <summary>Called when unit files are read anew.</summary>
    public Action? Reloading { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>A unit, made known when it is not yet.</summary>
    public FakeUnit Unit(string name)
    {
        lock (_gate)
        {
            if (!_units.TryGetValue(name, out var unit))
            {
                _units[name] = unit = new FakeUnit(name);
            }

            return unit;
        }
    }

    /// <summary>Makes a unit active as if it had been started before.</summary>
    public FakeUnit Running(string name)
    {
        var unit = Unit(name);
        Set(unit, Started(unit.State));
        return unit;
    }

    /// <summary>Lets the start job of a unit go that waits for it.</summary>
    public void Release(string name)
    {
        var unit = Unit(name);
        Set(unit, Started(unit.State) with { SubState = "exited" });
        unit.Waiting!.TrySetResult(JobOutcome.Done);
    }

    public async Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        var found = Begin("start", unit, cancellationToken);
        await (found.Starting?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return Job(unit, "start", await StartAsync(found, cancellationToken));
    }

    public async Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        var found = Begin("stop", unit, cancellationToken);
        if (found.Waiting is { Task.IsCompleted: false } waiting)
        {
            if (mode == JobMode.Fail)
            {
                throw Error(LinuxErrors.BusCallFailed, "org.freedesktop.systemd1.TransactionIsDestructive", unit);
            }

            waiting.TrySetResult(JobOutcome.Canceled);
        }

        await (found.Stopping?.Invoke(cancellationToken) ?? Task.CompletedTask);
        Stop(found);
        return Job(unit, "stop", JobOutcome.Done);
    }

    public async Task<JobResult> RestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        var found = Begin("restart", unit, cancellationToken);
        Stop(found);
        return Job(unit, "restart", await StartAsync(found, cancellationToken));
    }

    public async Task<JobResult> ReloadOrRestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) =>
        Job(unit, "reload-or-restart", await StartAsync(Begin("reload-or-restart", unit, cancellationToken), cancellationToken));

    public async Task<JobResult> StartTransientAsync(TransientService service, CancellationToken cancellationToken = default)
    {
        Answer($"start-transient {string.Join(' ', service.Command)}", cancellationToken);
        lock (_gate)
        {
            if (_units.ContainsKey(service.Name))
            {
                throw Error(LinuxErrors.BusCallFailed, "org.freedesktop.systemd1.UnitExists", service.Name);
            }
        }

        if (service.Type != "oneshot")
        {
            Running(service.Name).IsTransient = true;
        }

        await RunsTransient(service, cancellationToken);
        return Job(service.Name, "start", JobOutcome.Done);
    }

    public Task ResetFailedAsync(string unit, CancellationToken cancellationToken = default)
    {
        var found = Begin("reset-failed", unit, cancellationToken);
        if (found.State.ActiveState == ActiveState.Failed)
        {
            Set(found, found.State with { ActiveState = ActiveState.Inactive, SubState = "dead", Result = "success" });
        }

        return Task.CompletedTask;
    }

    public Task KillAsync(string unit, KillTarget target, int signal, CancellationToken cancellationToken = default)
    {
        var found = Begin($"kill-{signal.ToString(CultureInfo.InvariantCulture)}", unit, cancellationToken);
        Set(found, found.State with { ActiveState = ActiveState.Failed, SubState = "failed", Result = "signal", MainPid = 0 });
        Killing?.Invoke();
        return Task.CompletedTask;
    }

    public Task EnableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) => SetFileState(units, "enable", "enabled", cancellationToken);

    public Task DisableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) => SetFileState(units, "disable", "disabled", cancellationToken);

    public Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        Answer("reload", cancellationToken);
        Reloading?.Invoke();
        return Task.CompletedTask;
    }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken = default) => Task.FromResult("252 (fake)");

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<JobOutcome> StartAsync(FakeUnit unit, CancellationToken cancellationToken)
    {
        if (unit.IsActive)
        {
            return JobOutcome.Done;
        }

        switch (unit.Script)
        {
            case UnitScript.Fails:
                Set(unit, Started(unit.State) with { ActiveState = ActiveState.Failed, SubState = "failed", Result = "exit-code", MainPid = 0, ExecMainStatus = 1 });
                return JobOutcome.Failed;
            case UnitScript.EndsWell:
                Set(unit, Started(unit.State) with { ActiveState = ActiveState.Inactive, SubState = "dead", MainPid = 0 });
                return JobOutcome.Done;
            case UnitScript.WaitsForRelease:
                unit.Waiting ??= new TaskCompletionSource<JobOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
                Set(unit, unit.State with { ActiveState = ActiveState.Activating, SubState = "start" });
                return await unit.Waiting.Task.WaitAsync(cancellationToken);
            default:
                Set(unit, Started(unit.State));
                return JobOutcome.Done;
        }
    }

    private void Stop(FakeUnit unit)
    {
        if (unit.StopsIn is { } stuck)
        {
            Set(unit, unit.State with { ActiveState = stuck });
        }
        else if (unit.State.ActiveState is not ActiveState.Failed)
        {
            Set(unit, unit.State with { ActiveState = ActiveState.Inactive, SubState = "dead", MainPid = 0 });
        }

        if (unit.IsTransient)
        {
            lock (_gate)
            {
                _units.Remove(unit.State.Name);
            }
        }
    }

    private UnitState Started(UnitState state) => state with
    {
        ActiveState = ActiveState.Active,
        SubState = "running",
        Result = "success",
        MainPid = Interlocked.Increment(ref _numbers),
        InvocationId = Guid.NewGuid().ToString("N"),
        ConditionResult = true,
        MainProcessStartedAt = TimeSpan.FromSeconds(1),
        StateChangedAt = DateTimeOffset.UnixEpoch,
    };

    private FakeUnit Begin(string operation, string unit, CancellationToken cancellationToken)
    {
        Answer($"{operation} {unit}", cancellationToken);
        lock (_gate)
        {
            return _units.TryGetValue(unit, out var found) ? found : throw Error(LinuxErrors.NoSuchUnit, DBusErrors.NoSuchUnit, unit);
        }
    }

    private void Answer(string call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Calls.Add(call);
        }

        ThrowIfBroken();
    }

    private void ThrowIfBroken()
    {
        if (Broken is { } error)
        {
            throw error;
        }
    }

    private Task SetFileState(IReadOnlyCollection<string> units, string operation, string state, CancellationToken cancellationToken)
    {
        foreach (var unit in units)
        {
            var found = Begin(operation, unit, cancellationToken);
            Set(found, found.State with { UnitFileState = state });
        }

        return Task.CompletedTask;
    }

    private static JobResult Job(string unit, string operation, JobOutcome outcome) =>
        new(unit, operation, outcome, outcome.ToString().ToLowerInvariant());

    private static AgentException Error(ErrorCode code, string name, string unit) =>
        new(code, $"{unit} of the fake systemd", name, "nothing", new DBusException(name, "fake", "org.freedesktop.systemd1", "Method"));
}
