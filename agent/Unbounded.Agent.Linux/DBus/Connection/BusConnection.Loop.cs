using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Native;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>What runs on the bus thread.</summary>
internal sealed unsafe partial class BusConnection
{
    private const int Interrupted = 4;
    private const ulong NoDeadline = ulong.MaxValue;

    private nint _bus;
    private AgentException? _end;

    private void Run()
    {
        try
        {
            _end = Open() ?? Serve();
        }
        catch (AgentException e)
        {
            _end = e;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            _end = BusFailure.LibraryMissing(e);
        }

        if (_bus != 0)
            SdBus.CloseUnref(_bus);
        _bus = 0;
        lock (_wakeGate)
        {
            _ = Loop.Close(_wakeFd);
            _wakeFd = -1;
        }

        foreach (var call in _pending.Values)
            call.Fail(_end);
        _pending.Clear();
        RunPosted();
        _ready.TrySetException(_end);
        _ended.TrySetResult(_end);
    }

    private AgentException? Open()
    {
        if (_wakeFd < 0)
            return BusFailure.CanNotConnect(_address, Marshal.GetLastSystemError());

        // sd-bus connects in sd_bus_start, and once: nothing asks for the descriptor's path after that.
        using var socket = _address.OpenSocket();
        var result = SdBus.New(out _bus);
        if (result >= 0)
            result = SdBus.SetAddress(_bus, socket is null ? _address.Value : $"unix:path={ConfinedRoot.ThroughDescriptor(socket)}");
        if (result >= 0)
            result = SdBus.SetBusClient(_bus, 1);
        if (result >= 0 && _options.WaitForSocket)
            result = SdBus.SetWatchBind(_bus, 1);
        if (result >= 0)
            result = SdBus.Start(_bus);
        return result < 0 ? BusFailure.CanNotConnect(_address, -result) : null;
    }

    private AgentException Serve()
    {
        while (!_stopping)
        {
            int result;
            while ((result = SdBus.Process(_bus, out var message)) > 0)
            {
                if (message == 0)
                    continue;
                Dispatch(message);
                SdBus.MessageUnref(message);
            }

            if (result < 0)
                return Disconnected(-result);
            if (!_ready.Task.IsCompleted && SdBus.IsReady(_bus) > 0)
                _ready.TrySetResult();
            if (!Wait())
                return Disconnected(Marshal.GetLastPInvokeError());
            RunPosted();
        }

        return BusFailure.Closed(_address);
    }

    private AgentException Disconnected(int errno) => _ready.Task.IsCompleted
        ? BusFailure.Lost(_address, $"{Marshal.GetPInvokeErrorMessage(errno)}")
        : BusFailure.CanNotConnect(_address, errno);

    /// <summary>Sleeps until the bus or a caller has something, or a deadline of sd-bus itself has passed.</summary>
    private bool Wait()
    {
        var events = SdBus.GetEvents(_bus);
        var fd = SdBus.GetFd(_bus);
        if (events < 0 || fd < 0 || SdBus.GetTimeout(_bus, out var deadline) < 0)
            return true; // closing: the next sd_bus_process says why
        var fds = stackalloc PollFd[2];
        fds[0] = new PollFd { Fd = fd, Events = (short)events };
        fds[1] = new PollFd { Fd = _wakeFd, Events = Loop.PollIn };
        if (Loop.Poll(fds, 2, MillisecondsUntil(deadline)) < 0)
            return Marshal.GetLastPInvokeError() == Interrupted;
        if (fds[1].Returned != 0)
            Loop.Drain(_wakeFd);
        return true;
    }

    private static int MillisecondsUntil(ulong deadline)
    {
        if (deadline == NoDeadline)
            return -1;
        var now = Loop.MonotonicMicroseconds();
        return deadline <= now ? 0 : (int)Math.Min((deadline - now + 999) / 1000, int.MaxValue);
    }

    private void RunPosted()
    {
        while (_posted.TryDequeue(out var work))
            work();
    }

    private void Send(PendingCall pending)
    {
        if (_end is not null)
        {
            pending.Fail(_end);
            return;
        }

        var call = pending.Call;
        nint message = 0;
        try
        {
            var result = SdBus.NewMethodCall(_bus, out message, call.Destination, call.Path, call.Interface, call.Member);
            if (result >= 0 && !call.AutoStart)
                result = SdBus.SetAutoStart(message, 0);
            if (result < 0)
                throw BusFailure.InvalidCall(call, -result);
            call.Body?.Invoke(new BusWriter(message));
            result = SdBus.Send(_bus, message, out var cookie);
            if (result < 0)
                throw BusFailure.Lost(_address, Marshal.GetPInvokeErrorMessage(-result));
            pending.Cookie = cookie;
            _pending.Add(cookie, pending);
        }
        catch (Exception e)
        {
            pending.Fail(e); // a writer's fault is its caller's
        }
        finally
        {
            if (message != 0)
                SdBus.MessageUnref(message);
        }
    }

    private void Dispatch(nint message)
    {
        if (SdBus.GetMessageType(message, out var type) < 0)
            return;
        switch (type)
        {
            case MethodReturn when TakePending(message) is { } pending:
                pending.Complete(new BusReader(message));
                break;
            case MethodError when TakePending(message) is { } pending:
                pending.Fail(DBusErrors.From(ErrorReply(message, pending.Call)));
                break;
            case Signal:
                _options.OnSignal?.Invoke(Header(message), new BusReader(message));
                break;
            case MethodCall when _options.OnCall is { } serve:
                serve(_bus, message);
                break;
            case MethodCall:
                RefuseCall(message);
                break;
        }
    }

    private void Forget(PendingCall pending)
    {
        // after the end callers run this themselves, beside each other, and nothing is pending any more
        if (_end is null)
            _pending.Remove(pending.Cookie);
    }

    private PendingCall? TakePending(nint message) =>
        SdBus.GetReplyCookie(message, out var cookie) >= 0 && _pending.Remove(cookie, out var pending) ? pending : null;
}
