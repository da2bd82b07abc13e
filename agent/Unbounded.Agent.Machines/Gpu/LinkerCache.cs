using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Machines.Gpu;

/// <summary>
/// Reads the dynamic linker's cache (<c>/etc/ld.so.cache</c>, glibc's <c>sysdeps/generic/dl-cache.h</c>): the format <c>glibc-ld.so.cache1.1</c>, alone or
/// behind the older <c>ld.so-1.7.0</c> in one file. Everything in it is an offset that may lie.
/// </summary>
internal static class LinkerCache
{
    /// <summary>The largest cache that is read, in bytes; a usual one has 20 to 200 KiB.</summary>
    public const int Limit = 16 * 1024 * 1024;

    private const int OldHeaderLength = 16;
    private const int OldEntryLength = 12;
    private const int HeaderLength = 48;
    private const int EntryLength = 24;
    private const int Alignment = 8;
    private const int LongestText = 4096;

    // FLAG_ELF_LIBC6 with FLAG_X8664_LIB64 or FLAG_AARCH64_LIB64.
    private const int X64 = 0x0303;
    private const int Arm64 = 0x0a03;

    private static ReadOnlySpan<byte> OldMagic => "ld.so-1.7.0"u8;

    private static ReadOnlySpan<byte> Magic => "glibc-ld.so.cache1.1"u8;

    /// <summary>The libraries for this architecture, in the cache's order (of two with one name the linker takes the first).</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="AgentException">It is no such cache, or damaged.</exception>
    public static IReadOnlyList<CachedLibrary> Parse(ReadOnlySpan<byte> file) =>
        Parse(file, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64);

    internal static IReadOnlyList<CachedLibrary> Parse(ReadOnlySpan<byte> file, int architecture)
    {
        var cache = SkipOld(file);
        if (!cache.StartsWith(Magic) || cache.Length < HeaderLength)
        {
            throw Damaged("it is no cache of glibc (glibc-ld.so.cache1.1)");
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(cache[20..]);
        if (count > (cache.Length - HeaderLength) / EntryLength)
        {
            throw Damaged($"it claims {count} libraries, more than it has room for");
        }

        var libraries = new List<CachedLibrary>();
        for (var i = 0; i < (int)count; i++)
        {
            var entry = cache.Slice(HeaderLength + (i * EntryLength), EntryLength);
            if (BinaryPrimitives.ReadInt32LittleEndian(entry) == architecture)
            {
                libraries.Add(new CachedLibrary(
                    Text(cache, BinaryPrimitives.ReadUInt32LittleEndian(entry[4..])),
                    Text(cache, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]))));
            }
        }

        return libraries;
    }

    private static ReadOnlySpan<byte> SkipOld(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(OldMagic) || file.Length < OldHeaderLength)
        {
            return file;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        var end = OldHeaderLength + ((long)count * OldEntryLength);
        var aligned = (end + Alignment - 1) / Alignment * Alignment;
        return aligned <= file.Length ? file[(int)aligned..] : throw Damaged($"it claims {count} libraries of the old kind, more than it has room for");
    }

    private static string Text(ReadOnlySpan<byte> cache, uint offset)
    {
        if (offset >= cache.Length)
        {
            throw Damaged($"a name lies outside of it, at {offset}");
        }

        var text = cache[(int)offset..];
        text = text[..Math.Min(text.Length, LongestText)];
        var end = text.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(text[..end]) : throw Damaged($"the name at {offset} has no end");
    }

    private static AgentException Damaged(string why) => new(
        MachinesErrors.LinkerCacheUnreadable,
        "The libraries of the GPU's driver could not be looked up",
        $"/etc/ld.so.cache can't be read: {why}",
        "Run `ldconfig` on the host, which writes it anew, and try again.");
}
