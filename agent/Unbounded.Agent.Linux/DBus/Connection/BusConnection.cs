using System.Collections.Concurrent;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>
/// One connection to one bus. sd-bus ties a bus to a thread, so this owns one, which sleeps in poll(2) until the bus
/// or a caller has something for it. Once ended it stays ended; <see cref="Ended"/> says why.
/// </summary>
internal sealed partial class BusConnection : IAsyncDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly BusAddress _address;
    private readonly BusConnectionOptions _options;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Dictionary<ulong, PendingCall> _pending = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<AgentException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _wakeGate = new();
    private int _wakeFd;
    private bool _stopping;

    private BusConnection(BusAddress address, BusConnectionOptions options)
    {
        _address = address;
        _options = options;
        _wakeFd = Loop.NewEventFd();
    }

    /// <summary>Completes when the connection has ended, with the reason. Never fails.</summary>
    internal Task<AgentException> Ended => _ended.Task;

    /// <summary>Connects and authenticates.</summary>
    /// <exception cref="AgentException">The bus can't be reached, or refuses.</exception>
    internal static async Task<BusConnection> ConnectAsync(BusAddress address, BusConnectionOptions options, CancellationToken cancellationToken)
    {
        var connection = new BusConnection(address, options);
        new Thread(connection.Run, StackBytes) { IsBackground = true, Name = options.ThreadName }.Start();
        try
        {
            await connection._ready.Task.WaitAsync(options.ConnectTimeout, options.Time, cancellationToken);
            return connection;
        }
        catch (TimeoutException)
        {
            await connection.DisposeAsync();
            throw BusFailure.ConnectTimeout(address, options.ConnectTimeout);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a method and reads its answer.</summary>
    /// <exception cref="AgentException">The service answered with an error, not in time, or the connection ended.</exception>
    /// <exception cref="OperationCanceledException">Waiting was cancelled; the call may still be carried out.</exception>
    internal async Task<T> CallAsync<T>(BusCall call, ReadBody<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingCall<T>(call, read);
        var limit = call.Timeout ?? _options.CallTimeout;
        Post(() => Send(pending));
        try
        {
            return await pending.Answer.WaitAsync(limit, _options.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw BusFailure.Timeout(call, limit);
        }
        finally
        {
            if (!pending.Answer.IsCompleted)
                Post(() => Forget(pending));
        }
    }

    /// <summary>Calls a method that answers nothing.</summary>
    internal Task CallAsync(BusCall call, CancellationToken cancellationToken) =>
        CallAsync(call, static _ => true, cancellationToken);

    /// <summary>Runs <paramref name="work"/> on the bus thread with sd-bus' bus, or 0 when the connection has ended.</summary>
    internal void Post(Action<nint> work) => Post(() => work(_bus));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Post(() => _stopping = true);
        await _ended.Task;
    }

    private void Post(Action work)
    {
        lock (_wakeGate)
        {
            if (_wakeFd >= 0)
            {
                _posted.Enqueue(work);
                Loop.Signal(_wakeFd);
                return;
            }
        }

        // Ended: nothing runs beside this any more, and a call fails with the reason.
        work();
    }
}
