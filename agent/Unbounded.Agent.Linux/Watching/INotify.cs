using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Watching;

/// <summary>One inotify(7) instance with an eventfd(2) that ends its wait. Reading blocks: no timer, no wake-up while nothing happens.</summary>
internal sealed unsafe class INotify : IDisposable
{
    /// <summary>
    /// Everything that ends a change of a directory's file, and the end of the directory itself. Not IN_MODIFY: a file whose writer has not closed it
    /// is half-written, and half a document can be a valid one.
    /// </summary>
    public const uint Changes = CloseWrite | MovedFrom | MovedTo | Create | Delete | DeleteSelf | MoveSelf | OnlyDirectory;

    /// <summary>Something appears in a directory.</summary>
    public const uint Appearances = MovedTo | Create | DeleteSelf | MoveSelf | OnlyDirectory;

    private const uint CloseWrite = 0x8;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Create = 0x100;
    private const uint Delete = 0x200;
    private const uint DeleteSelf = 0x400;
    private const uint MoveSelf = 0x800;
    private const uint QueueOverflow = 0x4000;
    private const uint Ignored = 0x8000;
    private const uint OnlyDirectory = 0x1000000;
    private const uint MaskAdd = 0x20000000;

    private readonly SafeFileHandle _inotify;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _buffer = new byte[16 * 1024];

    public INotify()
    {
        _inotify = Open(Libc.INotifyInit(Libc.CloseOnExec), "inotify_init1");
        _wake = Open(Libc.EventFd(0, Libc.CloseOnExec), "eventfd");
    }

    /// <summary>Watches a directory; -1 when there is none. The same directory again gives the same number and widens what is watched.</summary>
    public int Add(string directory, uint mask)
    {
        var watch = Libc.INotifyAddWatch(_inotify, directory, mask | MaskAdd);
        if (watch >= 0)
            return watch;
        var errno = Marshal.GetLastPInvokeError();
        return errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => -1,
            Errno.ENOSPC => throw NoMoreWatches("inotify_add_watch", errno),
            _ => throw KernelError.From(errno, "inotify_add_watch", $"{directory} could not be watched", directory),
        };
    }

    /// <summary>Forgets a watch; one that the kernel has dropped already is no error.</summary>
    public void Remove(int watch) => _ = Libc.INotifyRemoveWatch(_inotify, watch);

    /// <summary>Waits for events. Empty when <see cref="Wake"/> ended the wait.</summary>
    public IReadOnlyList<INotifyEvent> Wait()
    {
        var descriptors = stackalloc Libc.PollDescriptor[2];
        descriptors[0] = new() { Descriptor = (int)_inotify.DangerousGetHandle(), Events = Libc.PollIn };
        descriptors[1] = new() { Descriptor = (int)_wake.DangerousGetHandle(), Events = Libc.PollIn };
        while (Libc.Poll(descriptors, 2, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw KernelError.FromLast("poll", "waiting for file changes failed", "inotify");
        }

        if (descriptors[1].Returned != 0)
        {
            Span<byte> count = stackalloc byte[8];
            KernelFile.Read(_wake, count, "eventfd");
        }

        return descriptors[0].Returned == 0 ? [] : Parse(_buffer.AsSpan(0, KernelFile.Read(_inotify, _buffer, "inotify")));
    }

    /// <summary>Ends the wait of another thread.</summary>
    public void Wake() => KernelFile.Write(_wake, BitConverter.GetBytes(1UL), "eventfd");

    public void Dispose()
    {
        _inotify.Dispose();
        _wake.Dispose();
    }

    // struct inotify_event: watch, mask, cookie, length, then the name padded with NULs
    internal static IReadOnlyList<INotifyEvent> Parse(ReadOnlySpan<byte> buffer)
    {
        const int Header = 16;
        var events = new List<INotifyEvent>();
        while (buffer.Length >= Header)
        {
            var length = MemoryMarshal.Read<int>(buffer[12..]);
            var mask = MemoryMarshal.Read<uint>(buffer[4..]);
            var name = buffer.Slice(Header, length);
            var end = name.IndexOf((byte)0);
            events.Add(new INotifyEvent(
                MemoryMarshal.Read<int>(buffer),
                Encoding.UTF8.GetString(end < 0 ? name : name[..end]),
                Created: (mask & Create) != 0,
                Overflowed: (mask & QueueOverflow) != 0,
                Gone: (mask & (DeleteSelf | MoveSelf | Ignored)) != 0));
            buffer = buffer[(Header + length)..];
        }

        return events;
    }

    private static SafeFileHandle Open(int descriptor, string call)
    {
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var errno = Marshal.GetLastPInvokeError();
        throw errno == Errno.EMFILE ? NoMoreWatches(call, errno) : KernelError.From(errno, call, "files could not be watched", "inotify");
    }

    private static AgentException NoMoreWatches(string call, int errno) => new(
        LinuxErrors.NoMoreWatches,
        "files could not be watched",
        "the limit of inotify instances or watches is used up",
        "raise fs.inotify.max_user_instances and fs.inotify.max_user_watches, then start it again",
        new ErrnoException(call, errno));
}
