using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Reboots through systemd: every unit is stopped in order, nothing can call it off.</summary>
/// <param name="systemd">The host's systemd.</param>
/// <param name="time">The clock.</param>
public sealed class SystemdReboot(ISystemd systemd, TimeProvider time) : IHostReboot
{
    private const string Target = "reboot.target";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public async Task RebootAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var job = systemd.StartAsync(Target, JobMode.ReplaceIrreversibly, enough.Token);
        try
        {
            // The job ends when the host is down, and the host waits for this process: it is enough that the job is there. Nothing signals that.
            bool accepted;
            while (!(accepted = await systemd.GetSystemStateAsync(cancellationToken) == SystemState.Stopping) && !job.IsCompleted)
                await Task.WhenAny(job, Task.Delay(Interval, time, cancellationToken));
            if (!accepted)
                (await job).ThrowIfFailed();
        }
        catch (AgentException e) when (e.Code == LinuxErrors.BusConnectionLost)
        {
            // The bus goes down with the host. One that was not there to begin with has not taken the job.
        }
        catch (AgentException e)
        {
            throw new AgentException(
                PartitionsErrors.RebootFailed,
                "The host does not reboot",
                $"{e.What}: {e.Why}",
                "Reboot it: what the boot loader does next is decided already",
                e);
        }
        finally
        {
            await enough.CancelAsync();
            await job.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
