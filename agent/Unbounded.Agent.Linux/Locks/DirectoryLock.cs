using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Locks;

/// <summary>
/// Makes several processes take turns in a directory, for the instant that looking and acting takes (flock(2) on the directory). The kernel drops
/// the lock with the process. Dispose releases it. A directory that is locked is its owner's alone.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;

    // Milliseconds. Two who meet here are done after less than one of them.
    private const int Pause = 5;
    private const int MostAttempts = 1000;
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly SafeFileHandle _directory;

    private DirectoryLock(SafeFileHandle directory) => _directory = directory;

    /// <summary>Takes the lock, waiting for whoever holds it: for an instant, as a rule, and never for long.</summary>
    /// <param name="path">A directory that exists.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AgentException">It can't be opened or locked, or is held for too long (<see cref="LinuxErrors.Locked"/>).</exception>
    public static DirectoryLock Take(string path, CancellationToken cancellationToken = default)
    {
        var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        try
        {
            // flock(2) asks for no more than a descriptor for reading: anybody who may open the directory could keep everybody out for ever.
            if ((FileStatus.Get(directory, path).Permissions & ~Owners) != UnixFileMode.None)
                KernelFile.SetAttributes(directory, Owners, owner: null, path);
            Lock(directory, path, cancellationToken);
            return new DirectoryLock(directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_directory.IsClosed)
            return;
        // By name: a process that is being started may hold a copy of the descriptor until its exec.
        _ = Libc.FLock(_directory, Unlock);
        _directory.Dispose();
    }

    // flock(2) says nothing when a lock is given back, and a call that blocks heeds no token: whoever waits asks again.
    private static void Lock(SafeFileHandle directory, string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; Libc.FLock(directory, Exclusive | NonBlocking) != 0; attempt++)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINTR or Errno.EAGAIN))
                throw KernelError.From(errno, "flock", $"{path} could not be locked", path);
            if (attempt == MostAttempts)
                throw Held(path);
            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static AgentException Held(string path) => new(
        LinuxErrors.Locked,
        "another run of the agent is at work",
        $"{path} has been locked for {MostAttempts * Pause / 1000} s, which is meant for an instant: the process that holds it hangs or was stopped",
        "find it with `lslocks` and end it");
}
