using System.Threading.Channels;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Watching;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Following;

/// <summary>
/// Looks on while the daemon works: shows its progress until a condition holds. Woken by changes of the record, of the requests and of the notes; nothing
/// is polled.
/// </summary>
internal sealed class Follower(AgentPaths paths, RecordStore records, IProgressView view, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    /// <summary>Follows until <paramref name="end"/> gives an answer.</summary>
    /// <param name="end">Called after each change with the record and the last note, both null when there is none.</param>
    /// <param name="cancellationToken">Stops looking on; the daemon goes on.</param>
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
        var file = new ProgressFile(paths.ProgressFile);
        while (true)
        {
            await changed.Reader.ReadAsync(cancellationToken);
            var note = file.Read();
            if (note is not null)
                view.Note(note);
            if (await end(await records.LoadAsync(cancellationToken), note) is { } answer)
                return answer;
        }
    }
}
