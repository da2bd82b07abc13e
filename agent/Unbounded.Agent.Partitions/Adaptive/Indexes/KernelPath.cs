using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>How the files of block indexes are opened.</summary>
internal static class KernelPath
{
    /// <summary>There is nothing secret in an index.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Opens a file for reading; null when there is none.</summary>
    public static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return KernelFile.Open(path, OpenFlags.ReadOnly);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.NotFound)
        {
            return null;
        }
    }
}
