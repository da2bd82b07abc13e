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
    private const int Unlock = 8;
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly SafeFileHandle _directory;

    private DirectoryLock(SafeFileHandle directory) => _directory = directory;

    /// <summary>Takes the lock, waiting for whoever holds it.</summary>
    /// <param name="path">A directory that exists.</param>
    /// <exception cref="AgentException">It can't be opened or locked.</exception>
    public static DirectoryLock Take(string path)
    {
        var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        try
        {
            // flock(2) asks for no more than a descriptor for reading: anybody who may open the directory could keep everybody out for ever.
            if ((FileStatus.Get(directory, path).Permissions & ~Owners) != UnixFileMode.None)
                KernelFile.SetAttributes(directory, Owners, owner: null, path);
            Lock(directory, path);
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

    private static void Lock(SafeFileHandle directory, string path)
    {
        while (Libc.FLock(directory, Exclusive) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
                throw KernelError.From(errno, "flock", $"{path} could not be locked", path);
        }
    }
}
