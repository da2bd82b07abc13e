using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>An entry's path below the root, made plain: no empty and no <c>.</c> components, and never a <c>..</c>.</summary>
/// <param name="Full">The path; empty for the root itself.</param>
/// <param name="ParentLength">How many of its bytes name the directory.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntryPath(ReadOnlyMemory<byte> Full, int ParentLength)
{
    private const int LongestComponent = 255;

    internal bool IsRoot => Full.IsEmpty;

    internal ReadOnlySpan<byte> Parent => Full.Span[..ParentLength];

    internal ReadOnlySpan<byte> Name => Full.Span[(ParentLength == 0 ? 0 : ParentLength + 1)..];

    /// <summary>Makes a path plain.</summary>
    /// <param name="name">As it is in the archive.</param>
    /// <param name="allowAbsolute">Whether a leading slash means the root of the tree (layers) or is refused (archives).</param>
    /// <param name="limits">What is too long or too deep.</param>
    /// <param name="path">The path.</param>
    internal static PathVerdict TryParse(ReadOnlyMemory<byte> name, bool allowAbsolute, UnpackLimits limits, out EntryPath path)
    {
        path = default;
        var span = name.Span;
        if (span.IsEmpty)
            return PathVerdict.Empty;
        if (span.Contains((byte)0))
            return PathVerdict.HoldsNul;
        if (span[0] == '/' && !allowAbsolute)
            return PathVerdict.Absolute;
        if (span.Length > limits.PathLength)
            return PathVerdict.TooLong;

        var plain = new byte[span.Length];
        int length = 0, parent = 0, depth = 0;
        foreach (var range in span.Split((byte)'/'))
        {
            var component = span[range];
            if (component.IsEmpty || component.SequenceEqual("."u8))
                continue;
            if (component.SequenceEqual(".."u8))
                return PathVerdict.Climbs;
            if (component.Length > LongestComponent)
                return PathVerdict.TooLong;
            if (++depth > limits.PathDepth)
                return PathVerdict.TooDeep;
            parent = length;
            if (length > 0)
                plain[length++] = (byte)'/';
            component.CopyTo(plain.AsSpan(length));
            length += component.Length;
        }

        path = new EntryPath(plain.AsMemory(0, length), parent);
        return PathVerdict.Fine;
    }
}
