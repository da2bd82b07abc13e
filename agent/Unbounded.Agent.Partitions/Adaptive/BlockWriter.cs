using System.Collections.Concurrent;
using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>Brings blocks to their place. None is written that was not compared with the image's index right before.</summary>
/// <param name="device">The slot, held by this process alone.</param>
/// <param name="wanted">The image's index.</param>
/// <param name="image">The image, not compressed.</param>
/// <param name="location">Where that is, for errors.</param>
/// <param name="running">The running slot, null where nothing is read from it.</param>
/// <param name="pace">Asked before each write.</param>
internal sealed class BlockWriter(BlockDevice device, RemoteIndex wanted, IRangeSource image, Uri location, SlotReader? running, IWritePace? pace)
{
    private const int PieceBytes = 1 << 20;
    private const int Connections = 6;
    private const int WidestGap = 8;
    private const double GapShare = 0.2;

    private readonly BlockGeometry _geometry = wanted.Geometry;
    private readonly Lock _lock = new();
    private long _done;

    private int PerPiece => Math.Max(1, PieceBytes / _geometry.BlockBytes);

    /// <summary>Carries out a plan. Blocks of a slot that are not what its index said are fetched.</summary>
    /// <exception cref="AgentException">A block can't be had or written.</exception>
    public async Task RunAsync(BlockPlan plan, IStepProgress progress, CancellationToken cancellationToken)
    {
        var all = plan.WriteBytes;
        void Count(long bytes)
        {
            lock (_lock)
                progress.Bytes(_done += bytes, all);
        }

        await Task.Run(() => Copies(plan, Count, cancellationToken), cancellationToken);
        await FetchAsync(plan, Count, cancellationToken);
        await Task.Run(() => Repeats(plan, Count, cancellationToken), cancellationToken);
    }

    private void Copies(BlockPlan plan, Action<long> count, CancellationToken stop)
    {
        using var buffer = new AlignedBuffer(PerPiece * _geometry.BlockBytes);
        using var scratch = new AlignedBuffer(buffer.Length);
        foreach (var copy in plan.Copies)
        {
            for (var at = 0; at < copy.Count; at += PerPiece)
            {
                var blocks = Math.Min(PerPiece, copy.Count - at);
                Copy(copy with { To = copy.To + at, From = copy.From + at, Count = blocks }, buffer, scratch, plan.Fetch, stop);
                count(_geometry.LengthOf(copy.To + at, blocks));
            }
        }

        buffer.Span.Clear();
        var zeros = new DeviceZeros(device);
        foreach (var (first, blocks) in plan.Zero.Runs(longest: PerPiece))
        {
            var length = (int)_geometry.LengthOf(first, blocks);
            pace?.Wait(length, stop);
            Use(() =>
            {
                if (!zeros.TryZero(_geometry.PositionOf(first), Aligned.Up(length)))
                    device.Write(buffer, Aligned.Up(length), _geometry.PositionOf(first));
            });
            count(length);
        }
    }

    private void Copy(BlockCopy copy, AlignedBuffer buffer, AlignedBuffer scratch, BlockSet bad, CancellationToken stop)
    {
        var length = (int)_geometry.LengthOf(copy.To, copy.Count);
        pace?.Wait(length, stop);
        var good = new BlockSet(copy.Count);
        if (TryRead(copy, buffer, Aligned.Up(length)))
            Verify(buffer.Span[..length], copy.To, copy.Count, good);
        for (var i = 0; i < copy.Count; i++)
        {
            if (!good[i])
                bad.Add(copy.To + i);
        }

        Put(buffer.Span[..length], scratch, copy.To, good);
    }

    // A bad sector of the running slot costs a fetch, not the update.
    private bool TryRead(BlockCopy copy, AlignedBuffer buffer, int length)
    {
        try
        {
            var from = _geometry.PositionOf(copy.From);
            Use(() =>
            {
                if (copy.Origin == BlockOrigin.Running)
                    running!.Read(buffer, length, from);
                else
                    device.Read(buffer, length, from);
            });
            return true;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.DeviceFailed && copy.Origin == BlockOrigin.Running)
        {
            return false;
        }
    }

    // A repeat whose first place was not written right is found when the slot is read back.
    private void Repeats(BlockPlan plan, Action<long> count, CancellationToken stop)
    {
        using var buffer = new AlignedBuffer(_geometry.BlockBytes);
        using var scratch = new AlignedBuffer(_geometry.BlockBytes);
        var bad = new BlockSet(_geometry.Blocks);
        foreach (var repeat in plan.Repeats)
        {
            Copy(repeat, buffer, scratch, bad, stop);
            count(_geometry.LengthOf(repeat.To));
        }
    }

    private async Task FetchAsync(BlockPlan plan, Action<long> count, CancellationToken cancellationToken)
    {
        var gap = plan.Fetch.GapWorthReading(GapShare, Math.Min(WidestGap, PerPiece / 2));
        var buffers = new ConcurrentBag<(byte[] Bytes, AlignedBuffer Aligned)>();
        try
        {
            await Parallel.ForEachAsync(
                plan.Fetch.Runs(gap, PerPiece),
                new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
                async (run, stop) =>
                {
                    if (!buffers.TryTake(out var buffer))
                        buffer = (GC.AllocateUninitializedArray<byte>(PerPiece * _geometry.BlockBytes), new AlignedBuffer(PerPiece * _geometry.BlockBytes));
                    try
                    {
                        var length = (int)_geometry.LengthOf(run.First, run.Count);
                        await image.ReadAsync(_geometry.PositionOf(run.First), buffer.Bytes.AsMemory(0, length), stop);
                        pace?.Wait(length, stop);
                        Accept(plan.Fetch, run.First, run.Count, buffer.Bytes.AsSpan(0, length), buffer.Aligned, count);
                    }
                    finally
                    {
                        buffers.Add(buffer);
                    }
                });
        }
        finally
        {
            foreach (var (_, aligned) in buffers)
                aligned.Dispose();
        }
    }

    private void Accept(BlockSet fetch, int first, int blocks, ReadOnlySpan<byte> content, AlignedBuffer scratch, Action<long> count)
    {
        var asked = new BlockSet(blocks);
        foreach (var i in Enumerable.Range(0, blocks).Where(i => fetch[first + i]))
            asked.Add(i);
        var good = new BlockSet(blocks);
        Verify(content, first, blocks, good, asked);
        if (good.Count != asked.Count)
        {
            throw new AgentException(
                PartitionsErrors.BlockWrong,
                $"{location.GetLeftPart(UriPartial.Path)} is not the image that its index was made from",
                $"block {first + asked.Each().First(i => !good[i])} has another digest",
                "Publish the image, not compressed, and its index together; until then the image is fetched whole");
        }

        Put(content, scratch, first, good);
        count((long)good.Count * _geometry.BlockBytes);
    }

    private void Verify(ReadOnlySpan<byte> content, int first, int blocks, BlockSet good, BlockSet? only = null)
    {
        Span<byte> found = stackalloc byte[BlockGeometry.DigestBytes];
        Span<byte> announced = stackalloc byte[BlockGeometry.DigestBytes];
        for (var i = 0; i < blocks; i++)
        {
            if (only is not null && !only[i])
                continue;
            wanted.Read(first + i, announced);
            SHA256.HashData(content.Slice(i * _geometry.BlockBytes, _geometry.LengthOf(first + i)), found);
            if (found.SequenceEqual(announced))
                good.Add(i);
        }
    }

    private void Put(ReadOnlySpan<byte> content, AlignedBuffer scratch, int first, BlockSet which)
    {
        foreach (var (at, blocks) in which.Runs())
        {
            var length = (int)_geometry.LengthOf(first + at, blocks);
            content.Slice(at * _geometry.BlockBytes, length).CopyTo(scratch.Span);
            scratch.Span[length..Aligned.Up(length)].Clear();
            var to = _geometry.PositionOf(first + at);
            Use(() => device.Write(scratch, Aligned.Up(length), to));
        }
    }

    private void Use(Action work)
    {
        if (pace is null)
            work();
        else
            pace.Use(work);
    }
}
