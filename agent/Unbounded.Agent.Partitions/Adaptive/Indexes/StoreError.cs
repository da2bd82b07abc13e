using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>What can go wrong with the file of an index.</summary>
internal static class StoreError
{
    // errno(3): ENOSPC.
    private const int NoSpace = 28;

    // What .NET gives where it could not take room before a write: COR_E_IO, nothing more precise.
    private const int NotReserved = unchecked((int)0x80131620);

    /// <summary>Does something with a file, so that a failure says which and what to do.</summary>
    /// <exception cref="AgentException">It failed.</exception>
    public static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            throw Of(path, e);
        }
    }

    /// <summary>The error for a file that could not be written.</summary>
    public static AgentException Of(string path, IOException e) => new(
        e.HResult is NoSpace or NotReserved ? LinuxErrors.NoSpace : LinuxErrors.DeviceFailed,
        $"The block index {path} could not be written",
        e.Message,
        "Free space where it is, or see the kernel log, and run it again",
        e);
}
