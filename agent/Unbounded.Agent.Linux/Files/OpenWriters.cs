using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Whether a file is being written at this instant: half a document can be a valid one, and must not be taken for the whole.</summary>
public static class OpenWriters
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int NoLease = 2;
    private const int Urgent = 23;

    /// <summary>
    /// Whether some process has the file open for writing. A read lease (fcntl(2), F_SETLEASE) is granted only when none has; it is given back at
    /// once. False where the file does not exist or its file system has no leases.
    /// </summary>
    /// <exception cref="Core.Errors.AgentException">The file can't be opened.</exception>
    public static bool Has(string path)
    {
        var errno = KernelFile.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlock, UnixFileMode.None, out var file);
        if (errno == Errno.ENOENT)
            return false;
        if (errno != 0)
            throw KernelError.From(errno, "open", $"{path} could not be opened", path);
        using (file)
        {
            // A writer that comes while the lease is held makes the kernel send a signal: SIGIO would end the process, SIGURG does nothing.
            if (Libc.FCntl(file!, SetSignal, Urgent) != 0)
                return false;
            if (Libc.FCntl(file!, SetLease, ReadLease) != 0)
                return Marshal.GetLastPInvokeError() == Errno.EAGAIN;
            _ = Libc.FCntl(file!, SetLease, NoLease);
            return false;
        }
    }
}
