using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>
/// Extended attributes, xattr(7), byte-exact. Every method returns the error number, 0 for success.
/// Entries that can't be opened without side effects (links, devices, pipes) are reached through
/// <c>/proc/self/fd</c> of their directory, never following a link.
/// </summary>
[SkipLocalsInit]
public static unsafe class KernelXattr
{
    private const int LongestName = 255;
    private const int LargestValue = 65536;
    private const int PathSize = 512;

    /// <summary>Sets an attribute of an open file.</summary>
    public static int Set(SafeFileHandle file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var nameBuffer = stackalloc byte[LongestName + 1];
        if (Terminate(name, nameBuffer) is not 0 and var invalid)
            return invalid;
        fixed (byte* start = value)
            return Result(Libc.FSetXattr(file, nameBuffer, start, (nuint)value.Length, 0));
    }

    /// <summary>Sets an attribute of an entry of a directory.</summary>
    public static int Set(SafeFileHandle directory, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var nameBuffer = stackalloc byte[LongestName + 1];
        var path = stackalloc byte[PathSize];
        if (Terminate(name, nameBuffer) is not 0 and var invalid)
            return invalid;
        if (PathOf(directory, entry, path) is not 0 and var invalidPath)
            return invalidPath;
        fixed (byte* start = value)
            return Result(Libc.LSetXattr(path, nameBuffer, start, (nuint)value.Length, 0));
    }

    /// <summary>Removes an attribute of an open file.</summary>
    public static int Remove(SafeFileHandle file, ReadOnlySpan<byte> name)
    {
        var nameBuffer = stackalloc byte[LongestName + 1];
        return Terminate(name, nameBuffer) is not 0 and var invalid ? invalid : Result(Libc.FRemoveXattr(file, nameBuffer));
    }

    /// <summary>Reads all attributes of an entry of a directory, sorted by the bytes of their names.</summary>
    public static int GetAll(SafeFileHandle directory, ReadOnlySpan<byte> entry, out IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes)
    {
        attributes = [];
        var path = stackalloc byte[PathSize];
        if (PathOf(directory, entry, path) is not 0 and var invalid)
            return invalid;
        var length = Libc.LListXattr(path, null, 0);
        if (length == 0)
            return 0;
        if (length < 0)
            return Marshal.GetLastPInvokeError() is var errno and not Errno.EOPNOTSUPP ? errno : 0;
        var names = new byte[LargestValue];
        fixed (byte* start = names)
        {
            length = Libc.LListXattr(path, start, LargestValue);
            if (length < 0)
                return Marshal.GetLastPInvokeError();
        }

        var found = new List<KeyValuePair<byte[], byte[]>>();
        var value = new byte[LargestValue];
        foreach (var range in names.AsSpan(0, (int)length).Split((byte)0))
        {
            var name = names.AsSpan(0, (int)length)[range];
            if (name.IsEmpty)
                continue;
            nint size;
            var terminated = new byte[name.Length + 1];
            name.CopyTo(terminated);
            fixed (byte* nameStart = terminated, valueStart = value)
                size = Libc.LGetXattr(path, nameStart, valueStart, LargestValue);
            if (size < 0)
                return Marshal.GetLastPInvokeError();
            found.Add(new(name.ToArray(), value.AsSpan(0, (int)size).ToArray()));
        }

        found.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        attributes = found;
        return 0;
    }

    private static int PathOf(SafeFileHandle directory, ReadOnlySpan<byte> entry, byte* path)
    {
        if (entry.Contains((byte)0) || entry.Contains((byte)'/'))
            return Errno.EINVAL;
        var span = new Span<byte>(path, PathSize);
        var prefix = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}/"), span);
        if (prefix + entry.Length >= PathSize)
            return Errno.ENAMETOOLONG;
        entry.CopyTo(span[prefix..]);
        path[prefix + entry.Length] = 0;
        return 0;
    }

    private static int Terminate(ReadOnlySpan<byte> name, byte* buffer)
    {
        if (name.Length > LongestName || name.IsEmpty)
            return Errno.ERANGE;
        if (name.Contains((byte)0))
            return Errno.EINVAL;
        name.CopyTo(new Span<byte>(buffer, LongestName));
        buffer[name.Length] = 0;
        return 0;
    }

    private static int Result(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();
}
