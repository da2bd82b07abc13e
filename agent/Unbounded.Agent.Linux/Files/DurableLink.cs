using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Symbolic links that are created or moved to another target in one step that survives a power cut.</summary>
public static class DurableLink
{
    private const int LongestTarget = 4096;

    /// <summary>Makes a path a symbolic link to a target, replacing a file or link that is there. Durable when the task ends.</summary>
    /// <param name="path">The link. Its directory has to exist.</param>
    /// <param name="target">What it says, as it is.</param>
    /// <param name="cancellationToken">Stops it before its first effect.</param>
    /// <returns>Whether it was changed.</returns>
    /// <exception cref="AgentException">It failed; what was there is still there.</exception>
    public static Task<bool> SetAsync(string path, string target, CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.SetLinkAsync(path, target, cancellationToken);

    /// <summary>What a symbolic link says; null when nothing is there.</summary>
    /// <exception cref="AgentException">It can't be read, or is no symbolic link.</exception>
    public static unsafe string? Read(string path)
    {
        var buffer = stackalloc byte[LongestTarget];
        var length = Libc.ReadLink(path, buffer, LongestTarget);
        if (length >= 0)
            return Marshal.PtrToStringUTF8((nint)buffer, (int)length);
        return Marshal.GetLastPInvokeError() switch
        {
            Errno.ENOENT => null,
            Errno.EINVAL => throw new AgentException(
                LinuxErrors.WrongFileType, $"{path} could not be read as a link", "it is no symbolic link", $"See what {path} is, and move it away."),
            var errno => throw KernelError.From(errno, "readlink", $"{path} could not be read as a link", path),
        };
    }
}
