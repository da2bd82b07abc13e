using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Tests.Support;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>A candidate as a process runs it, with work that ends when the test lets it, or at once when it is told to.</summary>
internal sealed class Runner
{
    private readonly CancellationTokenSource _stop = new();

    public Runner(LeaseTable table, TimeProvider shared, string name, int seed = 1, ElectionOptions? options = null, Action<Runner>? start = null)
    {
        Name = name;
        Wire = new Wire(table);
        Time = new PausableTime(shared);
        start?.Invoke(this);
        var election = new LeaderElection(Wire, name, options ?? new ElectionOptions(), Time, new Random(seed), Log.Logger<LeaderElection>());
        Run = election.RunAsync(WorkAsync, _stop.Token);
    }

    public string Name { get; }

    public Wire Wire { get; }

    public PausableTime Time { get; }

    public RecordedLog Log { get; } = new();

    public Task Run { get; }

    /// <summary>The term that its work is in; null: it does nothing.</summary>
    public Term? Term { get; private set; }

    public int Terms { get; private set; }

    /// <summary>Whether it would do something if it were asked to at this instant: as the work does it, right before an effect.</summary>
    public bool Acts
    {
        get
        {
            if (Term is not { } term || Time.IsPaused)
                return false;
            try
            {
                term.ThrowIfOver();
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <summary>The work does not heed its token: null, it does. Completed by the test.</summary>
    public TaskCompletionSource? Stubborn { get; set; }

    /// <summary>SIGTERM.</summary>
    public void Stop() => _stop.Cancel();

    private async Task WorkAsync(Term term)
    {
        Terms++;
        Term = term;
        var end = Stubborn ?? new TaskCompletionSource();
        if (Stubborn is null)
            term.Token.Register(() => end.TrySetCanceled(term.Token));
        try
        {
            await end.Task;
        }
        finally
        {
            Term = null;
        }
    }
}
