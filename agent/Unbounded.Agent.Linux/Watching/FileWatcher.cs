using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Watching;

/// <summary>
/// Says when a file was created, edited, replaced or removed, whatever editor did it (truncated and written, or renamed over), and
/// also when its directory did not exist, or was replaced. Several changes in quick succession are one. Costs nothing while nothing happens: one
/// thread that blocks in poll(2). A watch that the kernel refuses later on (none left, no permission) is tried again, and counts as a change until it stands:
/// what happened meanwhile was missed.
/// </summary>
public sealed class FileWatcher : IDisposable
{
    /// <summary>Wait before a watch is tried again that the kernel refused.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly INotify _inotify = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _quiet;
    private readonly List<Watch> _watches = [];
    private readonly Thread _thread;
    private bool _disposed;

    /// <summary>Starts watching nothing yet.</summary>
    /// <param name="time">The clock behind <paramref name="quiet"/>.</param>
    /// <param name="quiet">How long a file must have been left alone before its change is said: an editor writes more than once.</param>
    /// <exception cref="AgentException">The kernel gives no watch.</exception>
    public FileWatcher(TimeProvider time, TimeSpan quiet)
    {
        _time = time;
        _quiet = quiet;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "file-watcher" };
        _thread.Start();
    }

    /// <summary>Watches one file, which need not exist. Dispose the result to stop.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="changed">Called after each change, on a thread of the pool; must not throw.</param>
    /// <exception cref="AgentException">The kernel gives no watch.</exception>
    public IDisposable WatchFile(string path, Action changed) =>
        Add(new WatchedPath(Path.GetDirectoryName(path)!, Path.GetFileName(path)), changed);

    /// <summary>Watches every file of a directory, which need not exist. Dispose the result to stop.</summary>
    /// <param name="directory">Its absolute path.</param>
    /// <param name="changed">Called after each change, on a thread of the pool; must not throw.</param>
    /// <exception cref="AgentException">The kernel gives no watch.</exception>
    public IDisposable WatchDirectory(string directory, Action changed) => Add(new WatchedPath(directory, null), changed);

    /// <summary>Stops; a change that was seen but not yet said is dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _inotify.Wake();
        _thread.Join();
        _inotify.Dispose();
        foreach (var watch in _watches)
            watch.Timer.Dispose();
    }

    private Watch Add(WatchedPath path, Action changed)
    {
        var watch = new Watch(this, path);
        watch.Timer = _time.CreateTimer(_ => Say(watch, changed), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _watches.Add(watch);
            try
            {
                Arm(watch);
            }
            catch
            {
                watch.Dispose();
                throw;
            }
        }

        return watch;
    }

    private void Say(Watch watch, Action changed)
    {
        lock (_gate)
        {
            if (watch.Refused && !_disposed && _watches.Contains(watch))
            {
                _ = Guarded(watch, () => Arm(watch));
                if (watch.Refused)
                    watch.Timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            }
        }

        changed();
    }

    private void Run()
    {
        while (true)
        {
            var events = _inotify.Wait();
            lock (_gate)
            {
                if (_disposed)
                    return;
                foreach (var watch in _watches)
                {
                    if (Guarded(watch, () => Handle(watch, events)))
                        watch.Timer.Change(_quiet, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    // On the thread of all watches, or of a timer: nobody is there to catch it, and the next watch may get what this one lacked.
    private static bool Guarded(Watch watch, Func<bool> look)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is AgentException or IOException or UnauthorizedAccessException)
        {
            return watch.Refused = true;
        }
    }

    // Whether it changed.
    private bool Handle(Watch watch, IReadOnlyList<INotifyEvent> events)
    {
        var (changed, rearm) = (false, false);
        foreach (var seen in events)
        {
            if (seen.Overflowed)
                (changed, rearm) = (true, true);
            else if (seen.Watch == watch.Ancestor || (seen.Watch == watch.Directory && seen.Gone))
                rearm = true;
            else if (seen.Watch == watch.Directory && watch.Path.IsChangedBy(seen))
                changed = true;
            else if (seen.Watch == watch.LinkDirectory)
                (changed, rearm) = (true, seen.Gone || rearm);
        }

        // A directory that came or went took its files with it; a link may lead elsewhere now.
        if (rearm || (changed && watch.Path.Name is not null))
            changed |= Arm(watch);
        return changed;
    }

    // Watches the directory, or the nearest one above it that exists. True when the directory is another one than before.
    private bool Arm(Watch watch)
    {
        int[] before = [watch.Directory, watch.Ancestor, watch.LinkDirectory];
        (watch.Directory, watch.Ancestor, watch.LinkDirectory) = (-1, -1, -1);
        try
        {
            watch.Directory = _inotify.Add(watch.Path.Directory, INotify.Changes);
            if (watch.Directory < 0)
                ArmAbove(watch);
            if (LinkTarget(watch.Path) is { } target)
                watch.LinkDirectory = _inotify.Add(Path.GetDirectoryName(target)!, INotify.Changes);
            watch.Refused = false;
        }
        finally
        {
            Release(before);
        }

        return watch.Directory != before[0];
    }

    // Up to the nearest that exists, and down again: a directory that is made meanwhile is found on the way down, or seen by the watch on the one above it.
    private void ArmAbove(Watch watch)
    {
        var missing = new Stack<string>([watch.Path.Directory]);
        while ((watch.Ancestor = _inotify.Add(Path.GetDirectoryName(missing.Peek())!, INotify.Appearances)) < 0)
            missing.Push(Path.GetDirectoryName(missing.Peek())!);
        while (missing.TryPop(out var directory))
        {
            var found = _inotify.Add(directory, missing.Count == 0 ? INotify.Changes : INotify.Appearances);
            if (found < 0)
                return;
            var above = watch.Ancestor;
            (watch.Directory, watch.Ancestor) = missing.Count == 0 ? (found, -1) : (-1, found);
            Release(above);
        }
    }

    private void Release(params ReadOnlySpan<int> watches)
    {
        foreach (var number in watches)
        {
            if (number >= 0 && !_watches.Exists(w => w.Directory == number || w.Ancestor == number || w.LinkDirectory == number))
                _inotify.Remove(number);
        }
    }

    private static string? LinkTarget(WatchedPath path)
    {
        if (path.Name is null)
            return null;
        try
        {
            return File.ResolveLinkTarget(Path.Combine(path.Directory, path.Name), returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            // A link that leads nowhere, or in a circle, is no file to watch; the link itself is watched.
            return null;
        }
    }

    private sealed class Watch(FileWatcher owner, WatchedPath path) : IDisposable
    {
        public WatchedPath Path { get; } = path;

        public ITimer Timer { get; set; } = null!;

        /// <summary>The kernel refused it when it was last asked.</summary>
        public bool Refused { get; set; }

        public int Directory { get; set; } = -1;

        public int Ancestor { get; set; } = -1;

        public int LinkDirectory { get; set; } = -1;

        public void Dispose()
        {
            lock (owner._gate)
            {
                if (owner._watches.Remove(this) && !owner._disposed)
                    owner.Release(Directory, Ancestor, LinkDirectory);
            }

            Timer.Dispose();
        }
    }
}
