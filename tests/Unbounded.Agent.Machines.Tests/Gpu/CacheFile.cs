using System.Buffers.Binary;
using System.Text;

namespace Unbounded.Agent.Machines.Tests.Gpu;

/// <summary>Writes caches of the dynamic linker, as ldconfig does.</summary>
internal static class CacheFile
{
    public const int X64 = 0x0303;
    public const int I386 = 0x0003;
    public const int Arm64 = 0x0a03;
    public const int HeaderLength = 48;
    public const int EntryLength = 24;

    public static byte[] Of(params (string Name, string Path)[] libraries) => Of([.. libraries.Select(l => (l.Name, l.Path, X64))]);

    public static byte[] Of(params (string Name, string Path, int Flags)[] libraries)
    {
        var strings = new List<byte>();
        var entries = new byte[libraries.Length * EntryLength];
        var start = HeaderLength + entries.Length;
        for (var i = 0; i < libraries.Length; i++)
        {
            var entry = entries.AsSpan(i * EntryLength);
            BinaryPrimitives.WriteInt32LittleEndian(entry, libraries[i].Flags);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], start + Add(strings, libraries[i].Name));
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], start + Add(strings, libraries[i].Path));
        }

        var header = new byte[HeaderLength];
        "glibc-ld.so.cache1.1"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), libraries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), strings.Count);
        return [.. header, .. entries, .. strings];
    }

    /// <summary>The same behind a cache of the old kind, as glibc wrote them until 2.31.</summary>
    public static byte[] BehindOld(byte[] cache, int oldEntries)
    {
        var old = new byte[(16 + (oldEntries * 12) + 7) / 8 * 8];
        "ld.so-1.7.0"u8.CopyTo(old);
        BinaryPrimitives.WriteInt32LittleEndian(old.AsSpan(12), oldEntries);
        return [.. old, .. cache];
    }

    private static int Add(List<byte> strings, string text)
    {
        var offset = strings.Count;
        strings.AddRange(Encoding.UTF8.GetBytes(text));
        strings.Add(0);
        return offset;
    }
}
