namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>Waits by inotify for a file to come into being in a directory; one that is already there counts.</summary>
internal sealed class FileAppearance : IDisposable
{
    private readonly TaskCompletionSource _appeared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileSystemWatcher _watcher;

    public FileAppearance(string directory, string name)
    {
        _watcher = new FileSystemWatcher(directory, name);
        _watcher.Created += (_, _) => _appeared.TrySetResult();
        _watcher.Renamed += (_, _) => _appeared.TrySetResult();
        _watcher.Error += (_, e) => _appeared.TrySetException(e.GetException());
        _watcher.EnableRaisingEvents = true;
        if (Path.Exists(Path.Combine(directory, name)))
            _appeared.TrySetResult();
    }

    public Task Appeared => _appeared.Task;

    public void Dispose() => _watcher.Dispose();
}
