namespace Unbounded.Agent.TestHost.Containers;

/// <summary>A container, in the shape of Testcontainers for .NET, which can take this library's place where it restores.</summary>
public interface IContainer : IAsyncDisposable
{
    /// <summary>The engine's identifier; empty before the first start.</summary>
    string Id { get; }

    /// <summary>The container's name.</summary>
    string Name { get; }

    /// <summary>Creates the container if need be and starts it. After a stop or a kill it starts again with the files it had.</summary>
    Task StartAsync(CancellationToken cancellation = default);

    /// <summary>Asks PID 1 to end with the image's stop signal; kills it when the time it was given is over.</summary>
    Task StopAsync(CancellationToken cancellation = default);

    /// <summary>Ends every process at once, as a power cut would, and waits until they are gone.</summary>
    Task KillAsync(CancellationToken cancellation = default);

    /// <summary>Runs a command, without a shell, and waits for its end.</summary>
    Task<ExecResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellation = default);

    /// <summary>Writes a file; missing directories are made. Not for paths on a tmpfs of the container, which the engine can't see.</summary>
    Task CopyAsync(byte[] content, string path, UnixFileMode mode, CancellationToken cancellation = default);

    /// <summary>Reads a file, with the same restriction.</summary>
    Task<byte[]> ReadFileAsync(string path, CancellationToken cancellation = default);

    /// <summary>Everything PID 1 wrote so far, over all starts.</summary>
    Task<string> GetLogsAsync(CancellationToken cancellation = default);

    /// <summary>PID 1's process ID as this process sees it.</summary>
    /// <exception cref="InvalidOperationException">The container does not run.</exception>
    Task<int> GetPidAsync(CancellationToken cancellation = default);

    /// <summary>Waits until PID 1 has ended; its exit code.</summary>
    Task<long> GetExitCodeAsync(CancellationToken cancellation = default);
}
