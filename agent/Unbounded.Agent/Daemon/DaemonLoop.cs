using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Daemon;

/// <summary>
/// The daemon: reconciles, then waits until something happens. One loop handles every event, also while a transition is under way, so that the watchdog hears
/// of it only while it turns and the transition shows signs of life.
/// </summary>
/// <param name="reconcile">Does what there is to do.</param>
/// <param name="watchLock">Watches the agent's lock: calls back when it may be free, until disposed. Only while it is waited for.</param>
/// <param name="notifier">The service manager.</param>
/// <param name="rest">What the process does while nothing happens.</param>
/// <param name="progress">Knows of signs of life.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="options">Times.</param>
internal sealed partial class DaemonLoop(
    Func<CancellationToken, Task<ReconcileResult>> reconcile,
    Func<Action, IDisposable> watchLock,
    IServiceNotifier notifier,
    IRest rest,
    ProgressTracker progress,
    TimeProvider time,
    ILogger<DaemonLoop> logger,
    DaemonOptions options)
{
    private readonly Channel<DaemonEvent> _events = Channel.CreateUnbounded<DaemonEvent>(new() { SingleReader = true });
    private bool _woken;
    private bool _lockFreed;
    private IDisposable? _lockWatch;
    private int _failures;

    /// <summary>Something happened.</summary>
    public void Post(DaemonEvent happened) => _events.Writer.TryWrite(happened);

    /// <summary>Runs until it is asked to stop, or the host goes down to boot the other side.</summary>
    /// <param name="stop">Asks it to stop: it does at the next instant at which the node can be left alone.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var beats = Beats();
        await using var asked = stop.Register(() => Post(DaemonEvent.Stop));
        notifier.Ready("looking at the host");
        LogStarted();
        while (!stop.IsCancellationRequested)
        {
            var again = await TurnAsync(stop);
            if (again == TimeSpan.MinValue || stop.IsCancellationRequested)
                break;
            await WaitAsync(again);
            rest.Leave();
        }

        ForgetLock();
        notifier.Stopping("stopped");
        LogStopped();
    }

    // How long to wait before the next turn: infinite when only an event starts one, MinValue when there is to be none.
    private async Task<TimeSpan> TurnAsync(CancellationToken stop)
    {
        (_woken, _lockFreed) = (false, false);
        try
        {
            var work = Task.Run(() => reconcile(stop), CancellationToken.None);
            await AttendAsync(work);
            var result = await work;
            _failures = 0;
            ForgetLock();
            progress.Rests(result.Plan.Summary, result.Problem, settled: true, result.Plan.WaitingRequests);
            notifier.Status(Describe(result));
            return result.End == ExecutionEnd.EndsProcess ? TimeSpan.MinValue : Until(result.LookAgainAt);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return TimeSpan.MinValue;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.Locked)
        {
            return WaitForLock(e);
        }
#pragma warning disable CA1031 // the daemon outlives whatever a turn runs into, and tries again
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = ErrorRecord.From(e);
            LogTurnFailed(e);
            notifier.Status($"{error.Code}: {error.Message}");
            progress.Rests("nothing could be decided", error, settled: true);
            return Retry();
        }
    }

    // The loop goes on turning while a reconciliation is under way.
    private async Task AttendAsync(Task work)
    {
        _ = work.ContinueWith(_ => Post(DaemonEvent.TurnEnded), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        ITimer? extension = null;
        try
        {
            for (var seen = default(DaemonEvent); seen != DaemonEvent.TurnEnded;)
            {
                seen = await _events.Reader.ReadAsync();
                switch (seen)
                {
                    case DaemonEvent.Beat:
                        Beat(working: true);
                        break;
                    case DaemonEvent.Stop:
                        notifier.Stopping("coming to a safe instant");
                        extension ??= time.CreateTimer(_ => notifier.ExtendTimeout(options.StopExtension), null, TimeSpan.Zero, options.StopInterval);
                        break;
                    case DaemonEvent.Wake:
                        _woken = true;
                        break;
                    case DaemonEvent.LockFreed:
                        _lockFreed = true;
                        break;
                    default:
                        break;
                }
            }
        }
        finally
        {
            if (extension is not null)
                await extension.DisposeAsync();
        }
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        await using var timer = wait == Timeout.InfiniteTimeSpan
            ? null
            : time.CreateTimer(_ => Post(DaemonEvent.Wake), null, wait, Timeout.InfiniteTimeSpan);
        await using var quiet = time.CreateTimer(_ => Post(DaemonEvent.Rest), null, options.RestAfter, Timeout.InfiniteTimeSpan);
        while (!_woken)
        {
            switch (await _events.Reader.ReadAsync())
            {
                case DaemonEvent.Beat:
                    Beat(working: false);
                    break;
                case DaemonEvent.Rest:
                    rest.Enter();
                    break;
                case DaemonEvent.Wake or DaemonEvent.Stop:
                case DaemonEvent.LockFreed when _lockWatch is not null:
                    return;
                default:
                    break;
            }
        }
    }

    // Not polled for: the holder closes the lock's file when it is done. It may have done so before the watch stood.
    private TimeSpan WaitForLock(AgentException held)
    {
        var mayBeFree = _lockWatch is null || _lockFreed;
        _lockWatch ??= watchLock(() => Post(DaemonEvent.LockFreed));
        LogLocked(held.Why);
        notifier.Status($"waiting: {held.Why}");
        progress.Rests("waiting for another run of the agent", problem: null, settled: false);
        return mayBeFree ? options.FirstRetry : options.LockWait;
    }

    private void ForgetLock()
    {
        _lockWatch?.Dispose();
        _lockWatch = null;
    }

    private void Beat(bool working)
    {
        var limit = options.StallLimit + progress.Allowance;
        if (!working || time.GetElapsedTime(progress.LastSign) < limit)
            notifier.KeepAlive();
        else
            LogStalled(limit);
    }

    private ITimer? Beats() => notifier.WatchdogTimeout is { } timeout
        ? time.CreateTimer(_ => Post(DaemonEvent.Beat), null, timeout / 2, timeout / 2)
        : null;

    private TimeSpan Until(DateTimeOffset? at)
    {
        if (at is not { } instant)
            return Timeout.InfiniteTimeSpan;
        var wait = instant - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > options.LongestWait ? options.LongestWait : wait;
    }

    private TimeSpan Retry()
    {
        var delay = options.FirstRetry * Math.Pow(2, Math.Min(_failures++, 20));
        return delay < options.LongestRetry ? delay : options.LongestRetry;
    }

    private static string Describe(ReconcileResult result) => result.Problem is { } problem
        ? $"{problem.Code}: {problem.Message}"
        : result.Plan.Summary;
}
