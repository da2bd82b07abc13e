using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Turns an error number into the coded error a person can act on.</summary>
public static class KernelError
{
    /// <summary>The coded error for a failed call.</summary>
    /// <param name="errno">The error number, positive.</param>
    /// <param name="call">The call, as in its manual page.</param>
    /// <param name="what">What failed, one sentence without a final period.</param>
    /// <param name="path">The path it failed on, for the advice.</param>
    public static AgentException From(int errno, string call, string what, string path)
    {
        var inner = new ErrnoException(call, errno);
        var why = Marshal.GetPInvokeErrorMessage(errno);
        return errno switch
        {
            Errno.ENOSPC or Errno.EDQUOT => new AgentException(
                LinuxErrors.NoSpace, what, why,
                $"Free space or inodes on the file system of {path}, then run it again.", inner),
            Errno.EROFS => new AgentException(
                LinuxErrors.ReadOnlyFileSystem, what, why,
                $"Mount the file system of {path} read-write; if the kernel made it read-only after an error, see the kernel log.", inner),
            Errno.EACCES or Errno.EPERM => new AgentException(
                LinuxErrors.AccessDenied, what, why,
                $"Run as root, and see that {path} is not immutable (lsattr) and no security module denies it.", inner),
            Errno.EIO => new AgentException(
                LinuxErrors.DeviceFailed, what, why,
                $"See the kernel log for the device below {path}; its disk may be failing.", inner),
            Errno.ENOENT => new AgentException(
                LinuxErrors.NotFound, what, why, $"See that {path} exists.", inner),
            Errno.EEXIST or Errno.ENOTEMPTY => new AgentException(
                LinuxErrors.AlreadyExists, what, why, $"Move away what is at {path}.", inner),
            Errno.ENOTDIR or Errno.EISDIR or Errno.ELOOP or Errno.ENXIO or Errno.ENODEV => new AgentException(
                LinuxErrors.WrongFileType, what, why, $"See what {path} is, and put the expected kind of file there.", inner),
            Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.EAGAIN => new AgentException(
                LinuxErrors.ResourcesExhausted, what, why, "Try again when the host has more memory or file descriptors to give.", inner),
            Errno.EBUSY or Errno.ETXTBSY => new AgentException(
                LinuxErrors.InUse, what, why, $"Find what uses {path} (a mount, a process) and end that first.", inner),
            Errno.ENAMETOOLONG => new AgentException(
                LinuxErrors.InvalidPath, what, why, "Use a shorter path.", inner),
            _ => new AgentException(
                LinuxErrors.CallFailed, what, why, $"See what kind of file system {path} is on and the kernel log, and report this if it stays.", inner),
        };
    }

    /// <summary>The coded error for the call that failed last on this thread.</summary>
    internal static AgentException FromLast(string call, string what, string path) =>
        From(Marshal.GetLastPInvokeError(), call, what, path);
}
