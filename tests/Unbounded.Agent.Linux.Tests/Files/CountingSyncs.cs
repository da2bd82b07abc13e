using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

/// <summary>The host's file systems, with a list of the syncs that were asked for.</summary>
internal sealed class CountingSyncs : IFileSystem
{
    private readonly HostFileSystem _host = new();

    public List<string> Calls { get; } = [];

    public FileStatus? Find(string path) => _host.Find(path);

    public bool IsDirectory(string path) => _host.IsDirectory(path);

    public byte[]? Read(string path, int limitBytes) => _host.Read(path, limitBytes);

    public string? ReadLink(string path) => _host.ReadLink(path);

    public IReadOnlyList<string> List(string directory) => _host.List(directory);

    public ITemporaryFile CreateTemporary(string path, string target) => new Counted(_host.CreateTemporary(path, target), Calls);

    public void RemoveTemporary(string path) => _host.RemoveTemporary(path);

    public void MakeLink(string path, string target) => _host.MakeLink(path, target);

    public void MakeDirectory(string path, UnixFileMode mode, FileOwner? owner) => _host.MakeDirectory(path, mode, owner);

    public void Rename(string from, string to, bool replace) => _host.Rename(from, to, replace);

    public bool Unlink(string path) => _host.Unlink(path);

    public bool RemoveDirectory(string path) => _host.RemoveDirectory(path);

    public void RemoveContent(string directory, CancellationToken cancellationToken) => _host.RemoveContent(directory, cancellationToken);

    public void SyncFile(string path)
    {
        Calls.Add("fsync");
        _host.SyncFile(path);
    }

    public void SyncDirectory(string directory)
    {
        Calls.Add("fsync directory");
        _host.SyncDirectory(directory);
    }

    public void SyncFileSystem(string path)
    {
        Calls.Add("syncfs");
        _host.SyncFileSystem(path);
    }

    public bool TakesOverlay(string directory) => _host.TakesOverlay(directory);

    public IDisposable Lock(string directory, CancellationToken cancellationToken) => _host.Lock(directory, cancellationToken);

    public IConfinedRoot OpenRoot(string directory) => _host.OpenRoot(directory);

    public string UniqueName() => _host.UniqueName();

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => _host.RunAsync(work, cancellationToken);

    private sealed class Counted(ITemporaryFile file, List<string> calls) : ITemporaryFile
    {
        public void SetAttributes(UnixFileMode mode, FileOwner? owner) => file.SetAttributes(mode, owner);

        public void Write(ReadOnlySpan<byte> content) => file.Write(content);

        public void Sync()
        {
            calls.Add("fsync");
            file.Sync();
        }

        public void MoveToTarget() => file.MoveToTarget();

        public void Dispose() => file.Dispose();
    }
}
