using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>A file of which the first bytes were looked at already, and of which is counted how much was read.</summary>
/// <param name="inner">What follows them; disposed with this.</param>
/// <param name="start">The first bytes.</param>
internal sealed class CountedSource(Stream inner, byte[] start) : ReadOnlyStream
{
    private long _read;

    /// <summary>Bytes that were read, so far.</summary>
    public long ReadBytes => Interlocked.Read(ref _read);

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (_read < start.Length)
        {
            count = Math.Min(buffer.Length, start.Length - (int)_read);
            start.AsSpan((int)_read, count).CopyTo(buffer);
        }
        else
        {
            count = inner.Read(buffer);
        }

        Interlocked.Add(ref _read, count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
