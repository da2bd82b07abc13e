using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>
/// A disk that loses what was not synced when its power is cut: ext4 in a file, on a loop device, shut down by the kernel without a flush of its journal or of a
/// single page (EXT4_IOC_SHUTDOWN). Mounted as carelessly as ext4 can be, so that nothing is saved by accident: names are journaled without their data,
/// a rename over a file starts no writing, and the journal is committed once a minute unless somebody syncs.
/// </summary>
internal sealed partial class PowerDisk : IDisposable
{
    /// <summary>Where the host has it mounted.</summary>
    public const string MountPoint = "/srv/disk";

    private const string Options = "data=writeback,noauto_da_alloc,commit=60";
    private const string Held = "held";

    // _IOR('X', 125, __u32) and EXT4_GOING_FLAGS_NOLOGFLUSH, fs/ext4/ext4.h
    private const nuint Shutdown = 0x8004_587d;
    private const uint WithoutFlush = 2;

    private readonly SafeFileHandle _deviceHandle;
    private SafeFileHandle? _file;

    private PowerDisk(string device)
    {
        Device = device;
        _deviceHandle = File.OpenHandle(device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    /// <summary>The loop device. It goes by itself when the last of its users has gone, this object included.</summary>
    public string Device { get; }

    /// <summary>
    /// What comes before the host's own start. The second part runs after it has taken the engine's masks off /proc: a boot ID of this boot's own.
    /// </summary>
    public string BootScript =>
        $"""
        mkdir -p {MountPoint}
        for try in 1 2 3 4 5 6 7 8 9 10; do
          if mount -t ext4 -o {Options} {Device} {MountPoint} && touch {MountPoint}/{Held}; then break; fi
          umount {MountPoint} || :
          sleep 0.5
        done
        if [ ! -d {MountPoint}/etc ]; then
          mkdir -p {MountPoint}/var-lib
          cp -a /etc {MountPoint}/etc.new
          sync -f {MountPoint}
          mv {MountPoint}/etc.new {MountPoint}/etc
          sync -f {MountPoint}
        fi
        mount --bind {MountPoint}/etc /etc
        mount --bind {MountPoint}/var-lib /srv/var-lib
        cat /proc/sys/kernel/random/uuid >{SystemdHost.BootIdFile}
        sed 's|^exec /sbin/init|mount --bind {SystemdHost.BootIdFile} /proc/sys/kernel/random/boot_id; &|' /usr/local/sbin/test-host-init >/run/test-host-init
        exec /bin/sh /run/test-host-init
        """;

    /// <summary>Makes one; its file lies in <paramref name="directory"/>.</summary>
    public static async Task<PowerDisk> CreateAsync(string directory, CancellationToken cancellation)
    {
        var image = Path.Combine(directory, "disk");
        await RunAsync("truncate", ["-s", "8G", image], cancellation);
        await RunAsync("mkfs.ext4", ["-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1", image], cancellation);
        var disk = new PowerDisk(await RunAsync("losetup", ["--find", "--show", image], cancellation));

        // While somebody holds it this only says that it shall go with its last user, also after a crash of this process.
        await RunAsync("losetup", ["--detach", disk.Device], cancellation);
        return disk;
    }

    /// <summary>The host has booted and mounted it.</summary>
    /// <param name="mounted">Where, as this process sees it.</param>
    public void Hold(string mounted) =>
        _file = File.OpenHandle(Path.Combine(mounted, Held), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>From this instant on nothing reaches the disk any more.</summary>
    public void CutPower()
    {
        var flags = WithoutFlush;
        if (_file is { } file && ioctl(file, Shutdown, ref flags) != 0)
            throw new IOException($"EXT4_IOC_SHUTDOWN of {Device}: errno {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>The host has ended: its file system may go.</summary>
    public void Release()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose()
    {
        Release();
        _deviceHandle.Dispose();
    }

    private static async Task<string> RunAsync(string command, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"{command}: {await error}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, ref uint argument);
}
