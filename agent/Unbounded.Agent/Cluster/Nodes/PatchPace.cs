namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// How fast the same thing may be done again: the first few times at once, so that edits that follow each other show at once, then once an interval. Two that disagree about a
/// label would otherwise change it as fast as they can.
/// </summary>
/// <param name="burst">How many times at once.</param>
/// <param name="every">One more time becomes due each time that this has passed.</param>
/// <param name="time">The clock.</param>
internal sealed class PatchPace(int burst, TimeSpan every, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _spent;

    /// <summary>Counts one time.</summary>
    /// <returns>How long to wait before the next one.</returns>
    public TimeSpan Count()
    {
        var now = time.GetElapsedTime(_began);
        _spent = (_spent > now ? _spent : now) + every;
        var ahead = _spent - now - ((burst - 1) * every);
        return ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
    }
}
