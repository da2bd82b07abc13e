namespace Unbounded.Agent.Kubernetes.Tests.Support;

/// <summary>Runs what is awaited on one thread, when a test says so: nothing happens at any other instant, and the same steps give the same story.</summary>
internal sealed class Pump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _waiting = new();

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Runs a part of a test under it, synchronously.</summary>
    public static void Run(Action<Pump> test)
    {
        var before = Current;
        var pump = new Pump();
        SetSynchronizationContext(pump);
        try
        {
            test(pump);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs everything that can go on.</summary>
    public void Drain()
    {
        while (_waiting.TryDequeue(out var next))
            next.Callback(next.State);
    }
}
