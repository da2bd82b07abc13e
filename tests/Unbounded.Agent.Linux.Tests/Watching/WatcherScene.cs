using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Linux.Watching;

namespace Unbounded.Agent.Linux.Tests.Watching;

/// <summary>A directory with a watcher on a clock that stands still: changes are said only when the test moves the clock on.</summary>
internal sealed class WatcherScene : IDisposable
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly FileWatcher _watcher;
    private int _markers;

    public WatcherScene() => _watcher = new FileWatcher(_time, Quiet);

    public FileWatcher Watcher => _watcher;

    public ManualTime Time => _time;

    public string Path(string name) => _directory.File(name);

    /// <summary>Counts the changes of a file.</summary>
    public Counter WatchFile(string name)
    {
        var counter = new Counter();
        counter.Registration = _watcher.WatchFile(Path(name), () => counter.Count++);
        return counter;
    }

    /// <summary>Counts the changes in a directory.</summary>
    public Counter WatchDirectory(string name)
    {
        var counter = new Counter();
        counter.Registration = _watcher.WatchDirectory(Path(name), () => counter.Count++);
        return counter;
    }

    /// <summary>
    /// Returns when everything that happened so far was seen, and lets the quiet time pass. The kernel queues events in order: when a marker that was
    /// written last is seen, all else was.
    /// </summary>
    public async Task SettleAsync()
    {
        var marker = $".marker-{_markers++}";
        using var watch = _watcher.WatchFile(Path(marker), () => { });
        var seen = _time.LatestArmed;
        await File.WriteAllTextAsync(Path(marker), "");
        await seen.WaitAsync(TimeSpan.FromMinutes(1));
        _time.Advance(Quiet);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _directory.Dispose();
    }

    internal sealed class Counter
    {
        public int Count { get; set; }

        public IDisposable? Registration { get; set; }
    }
}
