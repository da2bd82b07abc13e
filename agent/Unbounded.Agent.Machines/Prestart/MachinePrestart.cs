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
    TimeProvider time,
    ILogger<MachinePrestart> logger)
{
    // The start of a machine waits for this, and ExecStartPre= shares the unit's TimeoutStartSec=.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const string ContainerClass = "container";

    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Prepares the start of a machine. Every part is tried: a machine that can start must not be kept from it.</summary>
    public async Task RunAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await TryAsync("marker", token => GrantAsync(slot, token), cancellationToken);
        await TryAsync("binds", token => WriteSettingsAsync(slot, token), cancellationToken);
        await TryAsync("registration", token => ClearRegistrationAsync(slot, token), cancellationToken);
    }

    private async Task GrantAsync(SlotName slot, CancellationToken cancellationToken)
    {
        marker.EnsureDirectories();
        foreach (var directory in (string[])[paths.SharedContainerd, paths.SharedPods, paths.Identity(slot)])
        {
            paths.Files.CreateDirectory(directory, PrivateDirectory);
        }

        // No marker, and none on its way between two machines: the host was booted, so the machine that it boots is the node.
        if (enablement.Enabled() == slot && await marker.GrantAsync(slot, cancellationToken))
        {
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
        // Never one whose leader lives: that one is a machine, whoever started it. But a process that is no first process of a
        // PID namespace has been given the number of a leader that is gone.
        var registered = await machined.FindAsync(slot.Value, cancellationToken);
        if (registered is not null && IsLeader(registered))
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

    private static bool IsLeader(MachineRegistration registered) =>
        ProcessStatus.TryRead(registered.Leader) is { } process
        && (process.IsNamespaceInit || !string.Equals(registered.Class, ContainerClass, StringComparison.Ordinal));

    private async Task TryAsync(string part, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await run(both.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: the other parts are still worth doing, and the machine starts without this one.
            LogFailed(part, e.Message);
        }
    }
}
