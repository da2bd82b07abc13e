using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// A file system that is looked into for a moment: read-only, without devices, set-user-ID programs or programs at all (mount(2)). It is taken away when it
/// is disposed.
/// </summary>
public sealed partial class ReadOnlyMount : IDisposable
{
    private const nuint ReadOnly = 1;
    private const nuint NoSuid = 2;
    private const nuint NoDev = 4;
    private const nuint NoExec = 8;

    private ReadOnlyMount(string directory) => Directory = directory;

    /// <summary>Where it is mounted.</summary>
    public string Directory { get; }

    /// <summary>Mounts a device.</summary>
    /// <param name="device">The block device.</param>
    /// <param name="directory">Where to; it is made if need be, and something left there by a process that was killed is taken away.</param>
    /// <param name="types">File systems to try, in this order.</param>
    /// <exception cref="AgentException">It holds none of these, or is held by somebody.</exception>
    public static ReadOnlyMount Open(string device, string directory, params IReadOnlyList<string> types)
    {
        System.IO.Directory.CreateDirectory(directory);
        Mounts.Detach(directory);
        var errno = Errno.EINVAL;
        foreach (var type in types)
        {
            if (Mount(device, directory, type, ReadOnly | NoSuid | NoDev | NoExec, Untouched(type)) == 0)
                return new(directory);
            errno = Marshal.GetLastPInvokeError();
            // Not of this type, or the kernel does not know it.
            if (errno is not (Errno.EINVAL or Errno.ENODEV))
                break;
        }

        throw KernelError.From(errno, "mount", $"{device} could not be looked into", device);
    }

    // Read-only alone still replays a journal, which is a write to the device; and XFS refuses a second file system of one UUID.
    private static string? Untouched(string type) => type switch
    {
        "ext4" => "noload",
        "xfs" => "norecovery,nouuid",
        "btrfs" => "rescue=nologreplay",
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose() => Mounts.Detach(Directory);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Mount(string source, string target, string type, nuint flags, string? data);
}
