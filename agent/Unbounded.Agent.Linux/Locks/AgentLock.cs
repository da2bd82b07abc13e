using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Locks;

/// <summary>
/// The lock that one transition, install or uninstall holds (flock(2) on a file in <c>/run</c>). The kernel drops it with the process, however
/// that ends; what the file says about its holder is for people only. Dispose releases it.
/// </summary>
public sealed class AgentLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int HolderLimit = 4096;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly LockHolder Unknown = new(0, "unknown", default);

    private readonly SafeFileHandle _lock;
    private readonly SafeFileHandle _named;

    private AgentLock(SafeFileHandle locked, SafeFileHandle named) => (_lock, _named) = (locked, named);

    /// <summary>Takes the lock without waiting.</summary>
    /// <param name="path">The lock's file; created when it is missing, never removed (a removed file could be locked twice).</param>
    /// <param name="command">What takes it, for the message that others get.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentException"><see cref="LinuxErrors.Locked"/>, naming the holder; or the file can't be used.</exception>
    public static AgentLock Take(string path, string command, TimeProvider time)
    {
        // Locked through a descriptor for reading: whoever waits watches for the file being closed after writing, and a
        // failed attempt must not look like that.
        var file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Create | OpenFlags.NoFollow, Mode);
        SafeFileHandle? named = null;
        try
        {
            // flock(2) asks for no more than a descriptor for reading: anybody who may open the file could keep everybody out for ever.
            if ((FileStatus.Get(file, path).Permissions & ~Mode) != UnixFileMode.None)
                KernelFile.SetAttributes(file, Mode, owner: null, path);
            if (!TryLock(file, path))
                throw Held(path, ReadHolder(file, path));
            named = KernelFile.Open(path, OpenFlags.WriteOnly | OpenFlags.NoFollow);
            Write(named, path, JsonSerializer.SerializeToUtf8Bytes(
                new LockHolder(Environment.ProcessId, command, time.GetUtcNow()), LockHolderJson.Default.LockHolder));
            return new AgentLock(file, named);
        }
        catch
        {
            named?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Who holds the lock at this instant; null when nobody does. Takes nothing that could make another run fail.</summary>
    /// <remarks>The file is its owner's alone: to others the holder has no name.</remarks>
    /// <exception cref="AgentException">The file can't be read.</exception>
    public static LockHolder? Holder(string path)
    {
        var status = FileStatus.TryGet(path);
        if (status is not { } file || !KernelLocks.IsLocked(file))
            return null;
        try
        {
            using var opened = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock);
            return ReadHolder(opened, path) ?? Unknown;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.AccessDenied)
        {
            return Unknown;
        }
    }

    /// <summary>Releases the lock, and then closes the file, which is the signal for those who wait.</summary>
    public void Dispose()
    {
        if (_lock.IsClosed)
            return;
        // Best effort: an empty file names nobody, and the lock itself goes with the descriptor. It is given back by name as well: a process that is
        // being started may hold a copy of the descriptor until its exec.
        _ = Libc.FTruncate(_named, 0);
        _ = Libc.FLock(_lock, Unlock);
        _lock.Dispose();
        _named.Dispose();
    }

    private static bool TryLock(SafeFileHandle file, string path)
    {
        while (Libc.FLock(file, Exclusive | NonBlocking) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EAGAIN)
                return false;
            if (errno != Errno.EINTR)
                throw KernelError.From(errno, "flock", $"{path} could not be locked", path);
        }

        return true;
    }

    private static void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> content)
    {
        if (Libc.FTruncate(file, 0) != 0)
            throw KernelError.FromLast("ftruncate", $"{path} could not be written", path);
        KernelFile.Write(file, content, path);
    }

    // The holder may be about to write its name, or have died without taking it out: then nobody can be named.
    private static LockHolder? ReadHolder(SafeFileHandle file, string path)
    {
        Span<byte> content = stackalloc byte[HolderLimit];
        var length = KernelFile.Read(file, content, path);
        try
        {
            var holder = StoredJson.Read(content[..length], LockHolderJson.Default.LockHolder);
            return holder is { Command: not null } && Directory.Exists($"/proc/{holder.Pid}") ? holder : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AgentException Held(string path, LockHolder? holder) => new(
        LinuxErrors.Locked,
        "another run of the agent is at work",
        holder is null
            ? $"{path} is locked by a process that has not said who it is"
            : $"process {holder.Pid} (unbounded-agent {holder.Command}) holds {path} since {holder.Since:yyyy-MM-dd'T'HH:mm:ss'Z'}",
        "wait until it is done, then run the command again");
}
