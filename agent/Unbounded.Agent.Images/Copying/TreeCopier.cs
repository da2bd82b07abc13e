using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Copying;

/// <summary>Copies whole trees, sharing blocks where the file system can (reflink).</summary>
public static class TreeCopier
{
    private const UnixFileMode InitialMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Copies a tree with owners, modes, times, extended attributes, ACLs, links, devices and holes, and makes the copy durable with
    /// one sync of the file system. On an error or cancellation a part stays behind, for the caller to delete.
    /// </summary>
    /// <param name="source">The tree. Other file systems mounted in it, and sockets, are left out.</param>
    /// <param name="destination">A directory that does not exist yet, in one that does.</param>
    /// <param name="advanced">Told the bytes of content copied so far, on another thread; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops it at any byte.</param>
    /// <exception cref="AgentException">The source changes while it is read, or the copy can't be written.</exception>
    public static async Task CopyAsync(string source, string destination, Action<long>? advanced = null, CancellationToken cancellationToken = default)
    {
        await Task.Run(
            () =>
            {
                if (!DurableDirectory.Create(destination, InitialMode))
                    throw Linux.Kernel.KernelError.From(Linux.Kernel.Errno.EEXIST, "mkdir", $"{source} was not copied to {destination}", destination);
                using var copy = new TreeCopy(source, destination, new UnpackOptions { Devices = DevicePolicy.All }, digest: null, advanced, cancellationToken);
                copy.Run();
            },
            cancellationToken);
        await DurableDirectory.SyncFileSystemAsync(destination, cancellationToken);
    }
}
