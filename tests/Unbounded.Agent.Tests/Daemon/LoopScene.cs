using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Daemon;

/// <summary>The daemon's loop on a clock that stands still, with reconciliations that the test ends.</summary>
internal sealed class LoopScene : IServiceNotifier, IRest, IProgressSink, ILogger<DaemonLoop>
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Turn> _turns = Channel.CreateUnbounded<Turn>();
    private readonly List<string> _said = [];
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
    private Task _running = Task.CompletedTask;

    public LoopScene()
    {
        Progress = new ProgressTracker([this], Time);
        Loop = new DaemonLoop(
            token => Reconcile(token), WatchLock, this, this, Progress, Time, this, Options);
    }

    public DaemonOptions Options { get; } = new();

    public ManualTime Time { get; } = new();

    public ProgressTracker Progress { get; }

    public DaemonLoop Loop { get; }

    public TimeSpan? WatchdogTimeout { get; init; }

    public Action? LockFreed { get; private set; }

    public int Resting { get; private set; }

    public LiveProgress? LastNote { get; private set; }

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said)
                return [.. _said];
        }
    }

    public LoopScene Start()
    {
        _running = Task.Run(() => Loop.RunAsync(_stop.Token));
        return this;
    }

    public void Stop() => _stop.Cancel();

    /// <summary>The next reconciliation that begins.</summary>
    public async Task<Turn> NextAsync() => await _turns.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>Waits until the loop has said something that begins so.</summary>
    public async Task HearAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await _heard.Reader.ReadAsync(limit.Token)).StartsWith(beginning, StringComparison.Ordinal))
        {
        }
    }

    public Task EndAsync() => _running.WaitAsync(TimeSpan.FromMinutes(1));

    public bool HasTurn() => _turns.Reader.TryPeek(out _);

    void IServiceNotifier.Ready(string status) => Say($"ready {status}");

    void IServiceNotifier.Status(string status) => Say($"status {status}");

    void IServiceNotifier.KeepAlive() => Say("alive");

    void IServiceNotifier.Stopping(string status) => Say($"stopping {status}");

    void IServiceNotifier.ExtendTimeout(TimeSpan timeout) => Say($"extend {timeout.TotalSeconds:0}");

    void IRest.Enter()
    {
        Resting++;
        Say("rest");
    }

    void IRest.Leave() => Resting = 0;

    void IProgressSink.Note(LiveProgress progress) => LastNote = progress;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Say($"log {eventId.Name}");

    private void Say(string text)
    {
        lock (_said)
            _said.Add(text);
        _heard.Writer.TryWrite(text);
    }

    private Task<ReconcileResult> Reconcile(CancellationToken token)
    {
        var turn = new Turn(token);
        _turns.Writer.TryWrite(turn);
        return turn.Result;
    }

    private IDisposable WatchLock(Action freed)
    {
        LockFreed = freed;
        return new Watch(() => LockFreed = null);
    }

    private sealed class Watch(Action stop) : IDisposable
    {
        public void Dispose() => stop();
    }

    /// <summary>A reconciliation under way.</summary>
    internal sealed class Turn(CancellationToken token)
    {
        private readonly TaskCompletionSource<ReconcileResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Token => token;

        public Task<ReconcileResult> Result => _result.Task;

        public void End(DateTimeOffset? lookAgainAt = null, ExecutionEnd end = ExecutionEnd.Completed, string summary = "the node is as desired") =>
            _result.SetResult(new(new Plan(PlanKind.Nothing, summary), end, Record: null, lookAgainAt, Problem: null));

        public void Fail(Exception exception) => _result.SetException(exception);
    }
}
