using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>A failed kernel call, as the inner exception of the coded error that is thrown for it.</summary>
public sealed class ErrnoException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="call">The call, as in its manual page.</param>
    /// <param name="errno">The error number.</param>
    public ErrnoException(string call, int errno)
        : base($"{call}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
    {
        Call = call;
        Errno = errno;
    }

    /// <summary>The call, as in its manual page.</summary>
    public string Call { get; }

    /// <summary>The error number, see <see cref="Kernel.Errno"/>.</summary>
    public int Errno { get; }
}
