using Unbounded.Agent.Core.Transaction.Planning;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>
/// Keeps what failed without a trace in the record (storage, publication) from being tried in a hot loop: 10 s, doubled each time, at most
/// 2 min. By a clock that is never set.
/// </summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private int _failures;
    private long _failedAt;

    /// <summary>How long to wait yet; zero when the next try is due.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_failures == 0)
            {
                return TimeSpan.Zero;
            }

            var delay = Budget.Delay(_failures);
            var left = (delay < Longest ? delay : Longest) - time.GetElapsedTime(_failedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Failed()
    {
        _failures++;
        _failedAt = time.GetTimestamp();
    }

    public void Succeeded() => _failures = 0;
}
