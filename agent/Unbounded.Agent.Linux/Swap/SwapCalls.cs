using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Swap;

/// <summary>swapon(2) and swapoff(2).</summary>
public static partial class SwapCalls
{
    private const int Prefer = 0x8000;
    private const int PriorityMask = 0x7fff;

    /// <summary>Starts swapping to a device or file that holds a swap area. One that is in use already is left as it is.</summary>
    /// <param name="path">The device or file.</param>
    /// <param name="priority">0 to 32767; negative: the kernel's choice.</param>
    /// <exception cref="AgentException">The kernel refuses.</exception>
    public static void On(string path, int priority)
    {
        if (SwapOn(path, priority < 0 ? 0 : Prefer | (priority & PriorityMask)) != 0 && Marshal.GetLastPInvokeError() != Errno.EBUSY)
            throw Refused("swapon", $"swap on {path} could not be turned on");
    }

    /// <summary>Stops swapping to a device or file, after everything on it has been read back. One that is not in use is left as it is.</summary>
    /// <param name="path">The device or file.</param>
    /// <exception cref="AgentException">The kernel refuses, or has not enough memory.</exception>
    public static void Off(string path)
    {
        if (SwapOff(path) != 0 && Marshal.GetLastPInvokeError() is not (Errno.EINVAL or Errno.ENOENT))
            throw Refused("swapoff", $"swap on {path} could not be turned off");
    }

    private static AgentException Refused(string call, string what)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new AgentException(
            LinuxErrors.SwapRefused,
            what,
            errno == Errno.ENOMEM ? "there is not enough free memory for what is on it" : Marshal.GetPInvokeErrorMessage(errno),
            errno == Errno.ENOMEM ? "Free memory and try again" : "In a container, do it on the machine that owns the kernel",
            new ErrnoException(call, errno));
    }

    [LibraryImport("libc", EntryPoint = "swapon", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOn(string path, int flags);

    [LibraryImport("libc", EntryPoint = "swapoff", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOff(string path);
}
