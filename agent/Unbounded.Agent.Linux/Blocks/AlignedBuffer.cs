using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Blocks;

/// <summary>Memory that O_DIRECT takes: aligned to a page, and not moved by the garbage collector.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>The alignment, in bytes: that of every block size in use.</summary>
    public const int Alignment = 4096;

    // x86-64, and arm64 with pages of 4 KiB.
    private const int HugePage = 2 << 20;

    // MADV_HUGEPAGE, madvise(2).
    private const int UseHugePages = 14;

    private byte* _start;

    /// <summary>Allocates.</summary>
    /// <param name="length">Bytes, a multiple of <see cref="Alignment"/>.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (length % Alignment != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "no multiple of the alignment");
        var isLarge = length % HugePage == 0;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, (nuint)(isLarge ? HugePage : Alignment));
        // The kernel pins what it reads into and writes from page by page; a kernel that has no huge pages to give goes on with small ones.
        if (isLarge)
            _ = Libc.MAdvise((nint)_start, (nuint)length, UseHugePages);
        Length = length;
    }

    /// <summary>Bytes in it.</summary>
    public int Length { get; }

    /// <summary>All of it.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return new Span<byte>(_start, Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
