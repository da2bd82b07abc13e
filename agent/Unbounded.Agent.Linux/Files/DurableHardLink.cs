using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>A second name for a file, with its owner, times and attributes: what is overwritten under the first name lives on under it.</summary>
public static partial class DurableHardLink
{
    /// <summary>Gives a file or symbolic link a second name on the same file system.</summary>
    /// <param name="path">The file; a link is not followed.</param>
    /// <param name="newPath">The second name.</param>
    /// <returns>False when something has that name already, which is left as it is.</returns>
    /// <exception cref="Core.Errors.AgentException">It can't be made, or the file system knows no hard links.</exception>
    public static bool TryCreate(string path, string newPath)
    {
        var (directory, name) = DurablePath.Split(newPath);
        var made = Link(path, Path.Combine(directory, name)) == 0;
        var errno = made ? 0 : Marshal.GetLastPInvokeError();
        if (!made && errno != Errno.EEXIST)
            throw KernelError.From(errno, "link", $"{path} could not be kept as {newPath}", newPath);
        DurableFiles.OfHost.System.SyncDirectory(directory);
        return made;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string newPath);
}
