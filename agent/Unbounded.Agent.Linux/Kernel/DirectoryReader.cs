using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Lists directories with names as bytes: .NET's enumeration loses names that are not UTF-8.</summary>
public static unsafe class DirectoryReader
{
    private const int BufferSize = 32768;
    private const int RecordLengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <summary>All entries but <c>.</c> and <c>..</c>, in the file system's order.</summary>
    /// <param name="directory">The directory, open for reading and at its start.</param>
    /// <param name="pathForErrors">Names it in an error.</param>
    /// <exception cref="AgentException">It can't be read.</exception>
    public static List<DirectoryEntry> Read(SafeFileHandle directory, string pathForErrors)
    {
        var entries = new List<DirectoryEntry>();
        var buffer = new byte[BufferSize];
        while (true)
        {
            nint length;
            fixed (byte* start = buffer)
                length = Libc.GetDents64(directory, start, BufferSize);
            if (length < 0)
                throw KernelError.FromLast("getdents64", $"The directory {pathForErrors} could not be listed", pathForErrors);
            if (length == 0)
                return entries;
            // struct linux_dirent64, getdents(2).
            for (var rest = buffer.AsSpan(0, (int)length); !rest.IsEmpty;)
            {
                var recordLength = MemoryMarshal.Read<ushort>(rest[RecordLengthOffset..]);
                var name = rest[NameOffset..recordLength];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    entries.Add(new DirectoryEntry(name.ToArray(), (FileKind)(rest[TypeOffset] << 12)));
                rest = rest[recordLength..];
            }
        }
    }
}
