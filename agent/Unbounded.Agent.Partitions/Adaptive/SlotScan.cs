using System.Security.Cryptography;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>Reads a device from its beginning to an image's end and takes the digest of every block, on several threads: each reads its own pieces.</summary>
internal static class SlotScan
{
    private const int PieceBytes = 2 << 20;
    private const int Threads = 4;

    /// <summary>Reads all of it.</summary>
    /// <param name="read">Fills a buffer with as many bytes (a multiple of <see cref="AlignedBuffer.Alignment"/>) from a position.</param>
    /// <param name="into">Receives the digests.</param>
    /// <param name="progress">Receives bytes.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    public static async Task RunAsync(
        Action<AlignedBuffer, int, long> read, IndexBuilder into, IStepProgress progress, CancellationToken cancellationToken)
    {
        var geometry = into.Geometry;
        var perPiece = Math.Max(1, PieceBytes / geometry.BlockBytes);
        var (next, done) = (0L, 0L);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        void Work()
        {
            using var buffer = new AlignedBuffer(perPiece * geometry.BlockBytes);
            var digests = new byte[perPiece * BlockGeometry.DigestBytes];
            while (true)
            {
                var first = Interlocked.Add(ref next, perPiece) - perPiece;
                if (first >= geometry.Blocks)
                    return;
                stop.Token.ThrowIfCancellationRequested();
                var count = (int)Math.Min(perPiece, geometry.Blocks - first);
                var length = (int)geometry.LengthOf((int)first, count);
                read(buffer, Aligned.Up(length), geometry.PositionOf((int)first));
                for (var i = 0; i < count; i++)
                {
                    var block = buffer.Span.Slice(i * geometry.BlockBytes, geometry.LengthOf((int)first + i));
                    SHA256.HashData(block, digests.AsSpan(i * BlockGeometry.DigestBytes));
                }

                into.Put((int)first, digests.AsSpan(0, count * BlockGeometry.DigestBytes));
                lock (stop)
                    progress.Bytes(done += length, geometry.ImageBytes);
            }
        }

        await Stages.RunAsync(stop, [.. Enumerable.Repeat((Action)Work, Threads)]);
    }
}
