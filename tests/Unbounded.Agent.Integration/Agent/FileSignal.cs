namespace Unbounded.Agent.Integration.Agent;

/// <summary>Waits for a condition that files of one directory show; looked at again whenever one of them changes.</summary>
internal sealed class FileSignal : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);
    private readonly FileSystemWatcher _watcher;

    /// <param name="directory">The directory, which has to be there.</param>
    public FileSignal(string directory)
    {
        _watcher = new FileSystemWatcher(directory);
        _watcher.Created += (_, _) => _changed.Release();
        _watcher.Renamed += (_, _) => _changed.Release();
        _watcher.Changed += (_, _) => _changed.Release();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Ends when the condition is true.</summary>
    /// <exception cref="OperationCanceledException">The limit was reached.</exception>
    public async Task WaitAsync(Func<bool> condition, CancellationToken limit)
    {
        // A change before the watch stood, or one that was dropped, is found by the second look.
        while (!condition())
            await _changed.WaitAsync(TimeSpan.FromSeconds(1), limit);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _changed.Dispose();
    }
}
