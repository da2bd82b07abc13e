using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>
/// Decides how an image that has a block index comes into a slot: whole, or block by block. Reads only. What is found out about a slot on the way there (its
/// stored index, or a scan of it) is a guess at what it will hold; the read-back at the end is the judge.
/// </summary>
/// <param name="ranges">Opens indexes and images.</param>
/// <param name="indexes">The indexes of slots.</param>
/// <param name="notes">The notes of slots.</param>
/// <param name="rates">How fast this host was last.</param>
/// <param name="table">The slots.</param>
/// <param name="pace">Holds writes back while others need the disk more.</param>
/// <param name="time">The clock.</param>
internal sealed class AdaptiveSlots(
    IRangeOpener ranges, SlotIndexes indexes, SlotNotes notes, RatesFile rates, ISlotTable table, IWritePace pace, TimeProvider time)
{
    // Looking may cost this share of what it may save.
    private const double WorthLooking = 0.5;

    // What a file is guessed to have of its image where the index of updates does not say.
    private const int GuessedRatio = 2;

    /// <summary>Decides. Null: the image has no block index, or none that is of use; it is written whole and read back by its digest.</summary>
    /// <param name="image">The image.</param>
    /// <param name="partition">The slot.</param>
    /// <param name="device">Its device, held.</param>
    /// <param name="progress">Receives <c>compare</c>, and what stands against a block index.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<AdaptiveFill?> PrepareAsync(
        PartitionImage image, SlotPartition partition, ISlotDevice device, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (image.Blocks is not { } blocks || device.Block is not { } block)
            return null;
        progress.Begin("compare");
        indexes.Sweep(partition.Slot);
        var source = ranges.Ranges(blocks.Location);
        var speed = ImageLocation.IsLocal(blocks.Image) ? rates.OfThisHost() : rates;
        RemoteIndex? wanted = null;
        AdaptiveFill? fill = null;
        try
        {
            wanted = await RemoteIndex.OpenAsync(source, blocks.Location, blocks.Digest, indexes.Draft(partition.Slot, "wanted"), cancellationToken);
            Demand(wanted.Header, image, blocks);
            IndexBuilder.Reserve(indexes.Draft(partition.Slot, "read"), wanted.Geometry);
            fill = new AdaptiveFill(
                partition.Slot, block, wanted, source, ranges.Ranges(blocks.Image), blocks.Image, indexes, speed, await speed.ReadAsync(cancellationToken), pace, time);
            await DecideAsync(fill, image, partition, block, progress, cancellationToken);
            return fill;
        }
        // A slot that can't be read where it was never written may take new bytes all the same, and an index that there is no room for is one that is not kept.
        catch (AgentException e) when (IsNoObstacle(e) || e.Code == Linux.LinuxErrors.DeviceFailed || e.Code == Linux.LinuxErrors.NoSpace)
        {
            progress.Warn($"The image is fetched whole: {e.Why}");
            if (fill is not null && e.Code != Linux.LinuxErrors.NoSpace)
                return fill.Whole();
            fill?.Dispose();
            wanted?.Dispose();
            indexes.Sweep(partition.Slot);
            return null;
        }
        catch
        {
            if (fill is null)
                wanted?.Dispose();
            fill?.Dispose();
            throw;
        }
    }

    /// <summary>Whether an error leaves the way open to fetch the image whole.</summary>
    public static bool IsNoObstacle(AgentException e) =>
        e.Code == PartitionsErrors.NoRanges
        || e.Code == PartitionsErrors.BlockIndexWrong
        || e.Code == PartitionsErrors.BlockWrong
        || e.Code == PartitionsErrors.SourceUnavailable
        || e.Code == PartitionsErrors.SourceRefuses
        || e.Code == Linux.LinuxErrors.NotFound;

    private async Task DecideAsync(
        AdaptiveFill fill, PartitionImage image, SlotPartition partition, BlockDevice device, IStepProgress progress, CancellationToken cancellationToken)
    {
        var speed = fill.Rates;
        var whole = speed.Whole(image.FileBytes ?? image.SizeBytes / GuessedRatio, image.SizeBytes);
        var held = indexes.TryOpen(partition.Slot, await notes.ReadAsync(partition.Slot, cancellationToken));
        if (held is null && speed.Scan(image.SizeBytes) < whole * WorthLooking)
            held = await ScanAsync(partition.Slot, "held", fill, device.Read, progress, cancellationToken);
        if (held is null)
        {
            fill.Whole();
            return;
        }

        fill.Held(held);
        await fill.PlanAsync(cancellationToken);
        await UseRunningAsync(fill, whole, progress, cancellationToken);
        if (speed.Delta(fill.Plan!) >= whole)
            fill.Whole();
    }

    // What the slot lacks may be in the one that runs: its index says where, or a look at all of it, where that is worth it.
    private async Task UseRunningAsync(AdaptiveFill fill, TimeSpan whole, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (fill.Plan!.Fetch.Count == 0)
            return;
        var running = table.Find(table.Running());
        var reader = new SlotReader(running.Device);
        try
        {
            var index = indexes.TryOpen(running.Slot, await notes.ReadAsync(running.Slot, cancellationToken));
            var without = TimeSpan.FromTicks(Math.Min(fill.Rates.Delta(fill.Plan).Ticks, whole.Ticks));
            if (index is null && running.SizeBytes >= fill.Geometry.ImageBytes && fill.Rates.Scan(fill.Geometry.ImageBytes) < without * WorthLooking)
                index = await ScanAsync(fill.Slot, "running", fill, reader.Read, progress, cancellationToken);
            if (index is not null)
            {
                fill.Runs(index, reader);
                await fill.PlanAsync(cancellationToken);
                reader = null;
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    private async Task<IndexFile> ScanAsync(
        SlotName slot, string purpose, AdaptiveFill fill, Action<AlignedBuffer, int, long> read, IStepProgress progress, CancellationToken cancellationToken)
    {
        var path = indexes.Draft(slot, purpose);
        using (var builder = new IndexBuilder(path, fill.Geometry))
        {
            await SlotScan.RunAsync(read, builder, progress, cancellationToken);
            builder.Finish(fill.Header.Image, sync: false);
        }

        return IndexFile.TryOpen(path)!;
    }

    private static void Demand(IndexHeader header, PartitionImage image, BlockIndexReference blocks)
    {
        // Where the signed entry names the file alone, that is the image itself if the blocks are fetched from it. Else nothing ties the index to this image.
        var content = image.Content ?? (blocks.Image == image.Location ? image.File : null);
        if (header.Geometry.ImageBytes == image.SizeBytes && content == header.Image)
            return;
        throw new AgentException(
            PartitionsErrors.BlockIndexWrong,
            $"The block index {blocks.Location.GetLeftPart(UriPartial.Path)} does not belong to the image",
            $"it was made from an image of {header.Geometry.ImageBytes} bytes and digest {header.Image}, announced are {image.SizeBytes} bytes and {content?.ToString() ?? "no digest of the expanded image (content_sha256)"}",
            "Make it anew from the image (unbounded-agent image index); until then the image is fetched whole");
    }
}
