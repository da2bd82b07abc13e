using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Prestart;

/// <summary>
/// What runs before every start of a machine (<c>ExecStartPre=</c>), without the daemon: after a host boot it makes the machine that the host boots the
/// node again (law 11), leaves out what is missing on the host (law 14), and clears a stale registration.
/// </summary>
internal sealed partial class MachinePrestart(
    MachinePaths paths,
    Marker marker,
    Enablement enablement,
    BindList binds,
    IMachined machined,
    ILogger<MachinePrestart> logger)
{
    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Prepares the start of a machine. Every part is tried: a machine that can start must not be kept from it.</summary>
    public async Task RunAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await TryAsync("marker", () => GrantAsync(slot, cancellationToken));
        await TryAsync("binds", () => WriteSettingsAsync(slot, cancellationToken));
        await TryAsync("registration", () => ClearRegistrationAsync(slot, cancellationToken));
    }

    private async Task GrantAsync(SlotName slot, CancellationToken cancellationToken)
    {
        marker.EnsureDirectories();
        foreach (var directory in (string[])[paths.SharedContainerd, paths.SharedPods, paths.Identity(slot)])
        {
            DurableDirectory.Create(directory, PrivateDirectory);
        }

        // No marker, and none on its way between two machines: the host was booted, so the machine that it boots is the node.
        if (marker.Holder() is null && !marker.IsWithdrawn && enablement.Enabled() == slot)
        {
            await marker.MoveToAsync(slot, cancellationToken);
            LogGranted(slot);
        }
    }

    private async Task WriteSettingsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        foreach (var missing in await binds.WriteSettingsAsync(slot, cancellationToken) ?? [])
        {
            LogMissing(slot, missing);
        }
    }

    private async Task ClearRegistrationAsync(SlotName slot, CancellationToken cancellationToken)
    {
        // Never one whose leader lives: that one is a machine, whoever started it.
        var registered = await machined.FindAsync(slot.Value, cancellationToken);
        if (registered is not null && ProcessStatus.TryRead(registered.Leader) is not null)
        {
            return;
        }

        if (registered is not null)
        {
            await machined.UnregisterAsync(slot.Value, cancellationToken);
            LogUnregistered(slot, registered.Leader);
        }

        // What a killed nspawn (systemd 256 and later) leaves mounted, and the next one refuses to start over.
        Mounts.Detach(paths.UnixExport(slot));
    }

    private async Task TryAsync(string part, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception e) when (e is Core.Errors.AgentException or IOException)
        {
            LogFailed(part, e.Message);
        }
    }
}
