namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>
/// What a candidate has seen of a lease, and when by its own monotonic clock it saw it change. The holder's clock says nothing here: a lease is free when it was not seen
/// to change for as long as it lasts.
/// </summary>
/// <param name="candidate">Who looks.</param>
/// <param name="duration">For how long a lease lasts by the candidate's own word.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseWatch(string candidate, TimeSpan duration, TimeProvider time)
{
    private Lease? _seen;
    private long _changedAt;

    /// <summary>Who was seen holding it last; null: nobody.</summary>
    public string? Holder => _seen?.Holder is { Length: > 0 } holder ? holder : null;

    /// <summary>Notes what was just read; null: there is none.</summary>
    public void See(Lease? lease)
    {
        // One that is gone was held until just now, for all that is known: whoever held it may not have noticed yet.
        if (lease is null || lease.Version == _seen?.Version)
            return;
        (_seen, _changedAt) = (lease, time.GetTimestamp());
    }

    /// <summary>Whether the candidate may take it.</summary>
    public bool IsFree()
    {
        if (Holder is not { } holder || holder == candidate)
            return true;
        var lasts = _seen!.Duration > duration ? _seen.Duration : duration;
        return time.GetElapsedTime(_changedAt) >= lasts;
    }
}
