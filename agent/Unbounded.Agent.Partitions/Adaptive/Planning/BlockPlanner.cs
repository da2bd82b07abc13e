using System.Security.Cryptography;
using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>
/// Looks for the blocks that a slot lacks: nothing but zeros, in the running slot (first at the same place), in the slot itself at a place that stays as it is,
/// at another place of the same image. A block that is only at a place of the slot that is overwritten itself counts as in neither.
/// </summary>
internal static class BlockPlanner
{
    // Beyond so many blocks that no slot has at its place, moved ones are fetched rather than looked for: memory is bounded.
    internal const int MostSought = 1 << 17;

    private const int AtOnce = 2048;

    /// <summary>Makes the plan.</summary>
    /// <param name="wanted">The index of the image.</param>
    /// <param name="missing">The blocks that the slot lacks.</param>
    /// <param name="itself">What the slot holds, null when that is not known.</param>
    /// <param name="running">What the running slot holds, null when that is not known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static BlockPlan Make(RemoteIndex wanted, BlockSet missing, IndexFile? itself, IndexFile? running, CancellationToken cancellationToken)
    {
        var geometry = wanted.Geometry;
        var plan = new BlockPlan(geometry);
        var sought = new SoughtBlocks();
        if (running?.Geometry.BlockBytes != geometry.BlockBytes)
            running = null;
        var zero = SHA256.HashData(new byte[geometry.BlockBytes]);
        var digests = new byte[AtOnce * BlockGeometry.DigestBytes];
        var there = new byte[AtOnce * BlockGeometry.DigestBytes];
        foreach (var (first, count) in missing.Runs(gap: 0, AtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            wanted.Read(first, digests.AsSpan(0, count * BlockGeometry.DigestBytes));
            var have = running?.Read(0, first, there.AsSpan(0, count * BlockGeometry.DigestBytes)) ?? 0;
            for (var i = 0; i < count; i++)
            {
                var digest = At(digests, i);
                if (digest.SequenceEqual(zero))
                    plan.Zero.Add(first + i);
                else if (i < have && digest.SequenceEqual(At(there, i)))
                    plan.Copy(first + i, first + i, BlockOrigin.Running);
                else if (sought.TryGet(digest, out var same))
                    plan.Repeat(first + i, same);
                else
                    Seek(plan, sought, first + i, digest);
            }
        }

        Find(plan, sought, running, BlockOrigin.Running, stays: null, cancellationToken);
        Find(plan, sought, itself?.Geometry.BlockBytes == geometry.BlockBytes ? itself : null, BlockOrigin.Itself, missing, cancellationToken);
        return plan;
    }

    private static void Seek(BlockPlan plan, SoughtBlocks sought, int block, ReadOnlySpan<byte> digest)
    {
        plan.Fetch.Add(block);
        if (sought.Count < MostSought)
            sought.Add(digest, block);
    }

    private static void Find(
        BlockPlan plan, SoughtBlocks sought, IndexFile? held, BlockOrigin origin, BlockSet? stays, CancellationToken cancellationToken)
    {
        if (held is null)
            return;
        var digests = new byte[AtOnce * BlockGeometry.DigestBytes];
        for (var first = 0; first < held.Geometry.Blocks && sought.Count > 0; first += AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = held.Read(0, first, digests);
            for (var i = 0; i < count; i++)
            {
                var isOverwritten = stays is not null && (first + i >= stays.Size || stays[first + i]);
                if (!isOverwritten && held.Geometry.LengthOf(first + i) == held.Geometry.BlockBytes && sought.Find(At(digests, i), out var to))
                {
                    plan.Fetch.Remove(to);
                    plan.Copy(to, first + i, origin);
                }
            }
        }
    }

    private static ReadOnlySpan<byte> At(byte[] digests, int i) => digests.AsSpan(i * BlockGeometry.DigestBytes, BlockGeometry.DigestBytes);
}
