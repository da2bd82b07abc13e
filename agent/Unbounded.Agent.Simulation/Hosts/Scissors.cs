namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>Cuts a simulated process off after its n-th effect. What was cut off never goes on.</summary>
internal sealed class Scissors
{
    private readonly List<string> _trace = [];

    /// <summary>The effect after which to cut, from 1; null: never.</summary>
    public int? At { get; set; }

    public bool Cut { get; private set; }

    /// <summary>Hears of each effect and its number: a stop request, or an edit, that comes just then.</summary>
    public Action<int, string>? OnEffect { get; set; }

    /// <summary>Looks after every effect whether a law is broken.</summary>
    public Action? Watching { get; set; }

    public int Effects => _trace.Count;

    /// <summary>Effects so far, for a readable story.</summary>
    public IReadOnlyList<string> Trace => _trace;

    /// <summary>An effect has just happened.</summary>
    public Task HappenedAsync(string effect)
    {
        Happened(effect);
        return Cut ? new TaskCompletionSource().Task : Task.CompletedTask;
    }

    /// <summary>An effect has just happened, in a call that can't wait: whoever makes it looks at <see cref="Cut"/>.</summary>
    public void Happened(string effect)
    {
        if (Cut)
        {
            return;
        }

        _trace.Add(effect);
        Watching?.Invoke();
        OnEffect?.Invoke(_trace.Count, effect);
        Cut = _trace.Count == At;
    }

    /// <summary>A new process starts.</summary>
    public void Restart(int? at)
    {
        _trace.Clear();
        Cut = false;
        At = at;
    }
}
