using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Starts and stops a machine by its service, and mounts and unmounts its root by its mount unit, over D-Bus.</summary>
internal sealed class MachineService(ISystemd host, TimeProvider time)
{
    private const int SigTerm = 15;

    // A machine that did not finish its boot can't be asked to shut down: nspawn ends it at once when it is asked again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Boots a machine: ends when it has booted (NotifyReady=). A booted one stays as it is.</summary>
    /// <exception cref="AgentException">It did not boot in its time.</exception>
    public async Task BootAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var unit = Units.Machine(slot);
        var job = await host.StartAsync(unit, JobMode.Replace, cancellationToken);
        var state = await host.GetUnitAsync(unit, cancellationToken);
        if (!job.Succeeded || !state.IsActive)
        {
            throw new AgentException(
                MachinesErrors.BootFailed,
                $"Machine {slot} did not boot",
                $"the start job of {unit} ended with '{job.Raw}', the service with '{state.Result}' (status {state.ExecMainStatus})",
                $"See `journalctl -u {unit}`; the image must boot systemd to its default target within the boot timeout.");
        }
    }

    /// <summary>Ends a machine by stopping its service (law 13), and lets go of its root. One that is not there is no error.</summary>
    /// <exception cref="AgentException">It is still there afterwards.</exception>
    public async Task StopAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await StopUnitAsync(Units.Machine(slot), cancellationToken);
        // The template pulls the mount in, but nothing takes it down with the service.
        await StopUnitAsync(Units.RootMount(slot), cancellationToken);
    }

    /// <summary>
    /// Lets systemd know a machine's unit files. Those of a unit that it has not loaded it reads by itself; only where it keeps one from before is everything
    /// read anew, which runs all its generators and takes a tenth of a second.
    /// </summary>
    public async Task LearnUnitsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        foreach (var unit in (string[])[Units.RootMount(slot), Units.Machine(slot)])
        {
            var state = await host.GetUnitAsync(unit, cancellationToken);
            if (!state.IsLoaded || state.NeedsReload)
            {
                await host.ReloadAsync(cancellationToken);
                return;
            }
        }
    }

    /// <summary>Mounts a machine's root.</summary>
    /// <returns>Whether it is mounted; false where mount(8) has failed: the kernel refuses.</returns>
    /// <exception cref="AgentException">It was not tried to its end.</exception>
    public async Task<bool> MountAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var unit = Units.RootMount(slot);
        var job = await host.StartAsync(unit, JobMode.Replace, cancellationToken);
        if (!job.Succeeded && job.Outcome != JobOutcome.Failed)
        {
            throw new AgentException(
                MachinesErrors.RootFailed,
                $"The root of machine {slot} could not be mounted",
                $"the start job of {unit} ended with '{job.Raw}'",
                $"See `journalctl -u {unit}` and the kernel log.");
        }

        return job.Succeeded;
    }

    private async Task StopInsistingAsync(string unit, CancellationToken cancellationToken)
    {
        var stopping = host.StopAsync(unit, JobMode.Replace, cancellationToken);
        try
        {
            await stopping.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await InsistAsync(unit, cancellationToken);
            await stopping;
        }
    }

    private async Task InsistAsync(string unit, CancellationToken cancellationToken)
    {
        try
        {
            await host.KillAsync(unit, KillTarget.Main, SigTerm, cancellationToken);
        }
        catch (AgentException)
        {
            // It ended meanwhile.
        }
    }

    private async Task StopUnitAsync(string unit, CancellationToken cancellationToken)
    {
        var state = await host.GetUnitAsync(unit, cancellationToken);
        if (state.ActiveState is ActiveState.Inactive)
        {
            return;
        }

        if (state.ActiveState is not ActiveState.Failed)
        {
            await StopInsistingAsync(unit, cancellationToken);
            state = await host.GetUnitAsync(unit, cancellationToken);
        }

        if (state.ActiveState is ActiveState.Failed)
        {
            await host.ResetFailedAsync(unit, cancellationToken);
        }
        else if (state.ActiveState is not ActiveState.Inactive)
        {
            throw new AgentException(
                MachinesErrors.StopFailed,
                $"{unit} could not be stopped",
                $"it is {state.ActiveState} ({state.SubState}) after its stop job",
                $"See `journalctl -u {unit}`.");
        }
    }
}
