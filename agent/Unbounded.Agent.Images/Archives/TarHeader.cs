using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Archives;

/// <summary>
/// The fields of a header block: POSIX ustar, GNU and the older form without a magic (tar(5), POSIX.1-2017 pax,
/// "ustar Interchange Format"). Valid as long as its block.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct TarHeader
{
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    private readonly ReadOnlySpan<byte> _block;

    private TarHeader(ReadOnlySpan<byte> block) => _block = block;

    internal byte Type => _block[156];

    internal ReadOnlySpan<byte> LinkTarget => Text(157, 100);

    /// <summary>The four first segments of GNU's old sparse form.</summary>
    internal ReadOnlySpan<byte> SparseSegments => _block.Slice(386, 4 * SparseMap.OldSegmentSize);

    internal bool SparseIsExtended => _block[482] != 0;

    internal ReadOnlySpan<byte> SparseRealSize => _block.Slice(483, 12);

    private bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    private bool IsGnu => _block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    internal static bool IsEnd(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>Whether the block is a header: its checksum fits.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> block, out TarHeader header)
    {
        header = new TarHeader(block);
        if (!TarNumber.TryParseField(block.Slice(ChecksumOffset, ChecksumLength), out var expected))
            return false;
        // Some old writers summed signed bytes.
        long unsigned = 0, signed = 0;
        for (var i = 0; i < block.Length; i++)
        {
            var b = i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? (byte)' ' : block[i];
            unsigned += b;
            signed += (sbyte)b;
        }

        return expected == unsigned || expected == signed;
    }

    internal bool TryGetMode(out long mode) => TarNumber.TryParseField(_block.Slice(100, 8), out mode);

    internal bool TryGetUid(out long uid) => TarNumber.TryParseField(_block.Slice(108, 8), out uid);

    internal bool TryGetGid(out long gid) => TarNumber.TryParseField(_block.Slice(116, 8), out gid);

    internal bool TryGetSize(out long size) => TarNumber.TryParseField(_block.Slice(124, 12), out size);

    internal bool TryGetTime(out long seconds) => TarNumber.TryParseField(_block.Slice(136, 12), out seconds);

    /// <summary>The device numbers; 0 where the format has none.</summary>
    internal bool TryGetDevice(out long major, out long minor)
    {
        major = minor = 0;
        return (!IsUstar && !IsGnu)
            || (TarNumber.TryParseField(_block.Slice(329, 8), out major) && TarNumber.TryParseField(_block.Slice(337, 8), out minor));
    }

    internal byte[] GetName()
    {
        var name = Text(0, 100);
        // GNU's form uses the place of the prefix for other things.
        return IsUstar && _block[345] != 0 ? [.. Text(345, 155), (byte)'/', .. name] : name.ToArray();
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        var field = _block.Slice(offset, length);
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
