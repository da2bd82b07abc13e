using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>
/// Pauses writing while others wait for their I/O (pressure stall information, kernel's Documentation/accounting/psi.rst). The kernel's figure counts our own
/// waiting, too, so it is read while we write nothing: what it grows by then is others'. Looked at every 64 MiB, less often while nobody waits; a pause has
/// an end, so that an update has one on a host that is never idle.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="file">Where the kernel tells; a kernel that does not has nobody to wait for.</param>
internal sealed class IoPressure(TimeProvider time, string file = "/proc/pressure/io") : IWritePace
{
    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private const int LimitBytes = 4096;
    private const long Soonest = 64 << 20;
    private const long Latest = 512 << 20;

    // Of the time that was looked at: others waited for more than a fifth of it.
    private const double TooMuch = 0.2;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly object _own = new();
    private int _working;
    private bool _looking;
    private long _interval = Soonest;
    private long _written;

    /// <inheritdoc/>
    public void Wait(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _written += bytes;
            if (_written < _interval)
                return;
            _written = 0;
            _interval = Alone(cancellationToken) ? Soonest : Math.Min(Latest, _interval * 2);
        }
    }

    /// <inheritdoc/>
    public void Use(Action work)
    {
        lock (_own)
        {
            while (_looking)
                Monitor.Wait(_own);
            _working++;
        }

        try
        {
            work();
        }
        finally
        {
            lock (_own)
            {
                _working--;
                Monitor.PulseAll(_own);
            }
        }
    }

    // What is under way comes to its end first, and nothing new begins.
    private bool Alone(CancellationToken stop)
    {
        lock (_own)
        {
            _looking = true;
            while (_working > 0)
                Monitor.Wait(_own);
        }

        try
        {
            return Pause(stop);
        }
        finally
        {
            lock (_own)
            {
                _looking = false;
                Monitor.PulseAll(_own);
            }
        }
    }

    // Whether somebody was waited for.
    private bool Pause(CancellationToken stop)
    {
        var from = time.GetTimestamp();
        for (var waited = false; ; waited = true)
        {
            var (at, before) = (time.GetTimestamp(), Stalled());
            if (before is null)
                return false;
            Task.Delay(Look, time, stop).GetAwaiter().GetResult();
            var share = (Stalled() - before) / time.GetElapsedTime(at);
            if (share is not > TooMuch)
                return waited;
            if (time.GetElapsedTime(from) >= Longest)
                return true;
        }
    }

    // "some avg10=0.00 avg60=0.00 avg300=0.00 total=MICROSECONDS"
    private TimeSpan? Stalled()
    {
        try
        {
            var some = Encoding.ASCII.GetString(BoundedFile.TryRead(file, LimitBytes) ?? []).Split('\n')[0];
            var at = some.IndexOf("total=", StringComparison.Ordinal);
            return some.StartsWith("some ", StringComparison.Ordinal)
                && at > 0
                && long.TryParse(some.AsSpan(at + "total=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
                ? TimeSpan.FromMicroseconds(total)
                : null;
        }
        catch (AgentException)
        {
            // A kernel that was told not to account for it has the file and refuses to read it.
            return null;
        }
    }
}
