using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Following;

/// <summary>Tells a daemon that is being restarted from one that is gone.</summary>
/// <param name="wake">Called when its time is over.</param>
/// <param name="view">Hears that it is waited for.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long it may be gone.</param>
internal sealed class DaemonAbsence(Action wake, IProgressView view, TimeProvider time, TimeSpan patience) : IAsyncDisposable
{
    private long? _since;
    private ITimer? _timer;

    /// <summary>Whether it runs at this instant.</summary>
    /// <exception cref="AgentException">It has been gone for too long.</exception>
    public void Note(bool runs)
    {
        _timer?.Dispose();
        _timer = null;
        if (runs)
        {
            _since = null;
            return;
        }

        if (_since is null)
            view.Line("the daemon does not run: waiting a moment for it");
        _since ??= time.GetTimestamp();
        var left = patience - time.GetElapsedTime(_since.Value);
        _timer = left > TimeSpan.Zero ? time.CreateTimer(_ => wake(), null, left, Timeout.InfiniteTimeSpan) : throw Stopped();
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private AgentException Stopped() => new(
        FrontDoorErrors.DaemonStopped,
        "the daemon stopped before this was done",
        $"{HostPaths.DaemonUnit} has not run for {patience.TotalSeconds:0} s",
        $"start it: `systemctl start {HostPaths.DaemonUnit}`; it goes on where it was. `journalctl -u {HostPaths.DaemonUnit}` says why it stopped");
}
