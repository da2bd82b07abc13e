using Unbounded.Agent.Kubernetes.Leading;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>
/// What lies between a candidate and the server: a call waits until the test lets it arrive, and its answer until the test lets that arrive; either may be lost, and a call that its
/// caller gave up may still arrive later.
/// </summary>
/// <param name="table">The server.</param>
internal sealed class Wire(LeaseTable table) : ILeaseStore
{
    private readonly List<Packet> _packets = [];

    /// <summary>Every call is carried out and answered at once.</summary>
    public bool IsPerfect { get; set; } = true;

    /// <summary>Every call fails, as one to a server that does not answer.</summary>
    public bool IsDown { get; set; }

    public int Calls { get; private set; }

    /// <summary>Calls and answers that are on their way.</summary>
    public int InFlight => _packets.Count;

    public Task<Lease?> ReadAsync(CancellationToken cancellationToken) => CallAsync(table.Read, cancellationToken);

    public async Task<Lease> WriteAsync(Lease lease, CancellationToken cancellationToken) => (await CallAsync<Lease?>(() => table.Write(lease), cancellationToken))!;

    /// <summary>A packet gets to its end: a call to the server, or an answer to the candidate.</summary>
    public void Deliver(int which)
    {
        var packet = _packets[which];
        _packets.RemoveAt(which);
        packet.Deliver();
    }

    /// <summary>A packet is lost; the caller hears of it.</summary>
    public void Drop(int which)
    {
        var packet = _packets[which];
        _packets.RemoveAt(which);
        packet.Drop();
    }

    private Task<T> CallAsync<T>(Func<T> atServer, CancellationToken cancellationToken)
    {
        Calls++;
        var answer = new TaskCompletionSource<T>();
        if (cancellationToken.IsCancellationRequested)
        {
            answer.SetCanceled(cancellationToken);
            return answer.Task;
        }

        if (IsDown)
            answer.SetException(LeaseTable.Error(KubernetesErrors.Unreachable));
        else if (IsPerfect)
            Carry(atServer, answer)();
        else
            Send(atServer, answer, cancellationToken);
        return answer.Task;
    }

    private void Send<T>(Func<T> atServer, TaskCompletionSource<T> answer, CancellationToken cancellationToken)
    {
        // Given up by the caller, not recalled from the wire.
        cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        void Lost() => answer.TrySetException(LeaseTable.Error(KubernetesErrors.Unreachable));
        _packets.Add(new(() => _packets.Add(new(Carry(atServer, answer), Lost)), Lost));
    }

    // What the server did is done when the call arrives; only the telling of it can be delayed.
    private static Action Carry<T>(Func<T> atServer, TaskCompletionSource<T> answer)
    {
        try
        {
            var result = atServer();
            return () => answer.TrySetResult(result);
        }
        catch (Core.Errors.AgentException e)
        {
            return () => answer.TrySetException(e);
        }
    }

    private sealed record Packet(Action Deliver, Action Drop);
}
