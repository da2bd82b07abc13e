using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Blocks;

/// <summary>Memory that O_DIRECT takes: aligned to a page, and not moved by the garbage collector.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>The alignment, in bytes: that of every block size in use.</summary>
    public const int Alignment = 4096;

    private byte* _start;

    /// <summary>Allocates.</summary>
    /// <param name="length">Bytes, a multiple of <see cref="Alignment"/>.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (length % Alignment != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "no multiple of the alignment");
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
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
