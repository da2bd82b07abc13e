using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Watching;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Following;

/// <summary>
/// Looks on while the daemon works: shows its progress until a condition holds. Woken by changes of the record, of the requests, of the notes, and of the
/// daemon's lock, which the kernel closes with the daemon; nothing is polled.
/// </summary>
/// <param name="paths">Where things are.</param>
/// <param name="records">The record.</param>
/// <param name="view">Shows progress.</param>
/// <param name="daemonRuns">Whether there is a daemon.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a daemon may be gone, as one that is restarted is; null: 15 s.</param>
internal sealed class Follower(
    AgentPaths paths, RecordStore records, IProgressView view, Func<bool> daemonRuns, TimeProvider time, TimeSpan? patience = null)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    // Its service starts it again after 2 s, and it is there after less than another.
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(15);

    /// <summary>Follows until <paramref name="end"/> gives an answer.</summary>
    /// <param name="end">Called after each change with the record and the last note, both null when there is none.</param>
    /// <param name="cancellationToken">Stops looking on; the daemon goes on.</param>
    /// <exception cref="AgentException"><see cref="FrontDoorErrors.DaemonStopped"/>: nobody works on it any more.</exception>
    public async Task<T> FollowAsync<T>(Func<AgentRecord?, LiveProgress?, Task<T?>> end, CancellationToken cancellationToken)
        where T : class
    {
        // Changes in quick succession are one. Not a semaphore: a change may still be said when the watches are gone already, and must find something.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        Action wake = () => changed.Writer.TryWrite(true);
        wake();
        using var watcher = new FileWatcher(time, Quiet);
        using var notes = watcher.WatchFile(paths.ProgressFile, wake);
        using var record = watcher.WatchFile(paths.Record, wake);
        using var requests = watcher.WatchDirectory(paths.Requests, wake);
        using var daemon = watcher.WatchFile(paths.DaemonLock, wake);
        await using var absence = new DaemonAbsence(wake, view, time, _patience);
        var file = new ProgressFile(paths.ProgressFile);
        while (true)
        {
            await changed.Reader.ReadAsync(cancellationToken);

            // Asked first: what a daemon did before it ended is there when its absence is seen.
            var runs = daemonRuns();
            var note = file.Read();
            if (note is not null)
                view.Note(note);
            if (await end(await records.LoadAsync(cancellationToken), note) is { } answer)
                return answer;
            absence.Note(runs);
        }
    }
}
