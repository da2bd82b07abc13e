using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>
/// Zeros by a device's own means, where it really makes them: the first time, a block that is not zero is written, made zero and read back. Others get their
/// zeros written like anything else, and so does one whose means fail: a disk that is broken says so when it is written or read back. For one thread at a time.
/// </summary>
/// <param name="device">The device, open for this writer alone.</param>
/// <param name="zero">Makes zeros from an offset, so many bytes; null: the device's own means.</param>
internal sealed class DeviceZeros(BlockDevice device, Func<long, long, bool>? zero = null)
{
    /// <summary>Fewer zeros than these are written: asking costs more.</summary>
    public const int ShortestBytes = 256 * 1024;

    private const byte NotZero = 0xa5;

    private bool? _does;

    /// <summary>Fills a part of the device, if it can; what it held there is not needed any more in any case.</summary>
    /// <returns>Whether there are zeros now.</returns>
    public bool TryZero(long offset, long length)
    {
        if (length < ShortestBytes)
            return false;
        _does ??= Proves(offset);
        return _does.Value && Zeroes(offset, length);
    }

    /// <summary>How long the beginning of some bytes is nothing but zeros, or is not: in steps of <see cref="ShortestBytes"/>.</summary>
    public static (int Length, bool Zeros) Next(ReadOnlySpan<byte> bytes)
    {
        var zeros = AreZeros(bytes);
        var length = Math.Min(ShortestBytes, bytes.Length);
        while (length < bytes.Length && AreZeros(bytes[length..]) == zeros)
            length += Math.Min(ShortestBytes, bytes.Length - length);
        return (length, zeros);
    }

    private static bool AreZeros(ReadOnlySpan<byte> bytes) => !bytes[..Math.Min(ShortestBytes, bytes.Length)].ContainsAnyExcept((byte)0);

    // Disks and bridges refuse in many ways (EREMOTEIO, EINVAL, EIO) what they said they could: none of them says that they can't be written.
    private bool Zeroes(long offset, long length)
    {
        try
        {
            _does = zero?.Invoke(offset, length) ?? device.TryZero(offset, length);
        }
        catch (AgentException)
        {
            _does = false;
        }

        return _does.Value;
    }

    private bool Proves(long offset)
    {
        using var block = new AlignedBuffer(AlignedBuffer.Alignment);
        block.Span.Fill(NotZero);
        device.Write(block, block.Length, offset);
        if (!Zeroes(offset, block.Length))
            return false;
        device.Read(block, block.Length, offset);
        return AreZeros(block.Span);
    }
}
