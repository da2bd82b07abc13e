using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// Fills a slot. The order is what makes a crash harmless: everything that can be refused is, with the source open and the device held; then the slot is
/// unbootable, durably; then its first byte is written; and only what was read back is noted, and bootable again.
/// </summary>
internal sealed class SlotFiller(IBootEnvironment boot, SlotNotes notes, IImageOpener images, ISlotDevices devices, AdaptiveSlots? adaptive = null)
{
    public async Task FillAsync(SlotPartition partition, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        var image = PartitionImage.Of(target);
        using var device = devices.Hold(partition);
        if (image.SizeBytes > device.SizeBytes)
            throw device.TooLarge(image.Location.AbsolutePath, image.SizeBytes);
        var before = await boot.ReadAsync(cancellationToken);
        using var fill = adaptive is null ? null : await adaptive.PrepareAsync(image, partition, device, progress, cancellationToken);
        await using var source = fill?.Plan is null ? await OpenAsync(image, cancellationToken) : null;

        await boot.WriteAsync(before.WithUnbootable(SlotTable.Names, partition.Slot));
        var note = new SlotNote
        {
            Complete = false,
            Fingerprint = target.Fingerprint,
            Image = image.ToString(),
            Version = target.Config.Cluster.Version,
            SizeBytes = image.SizeBytes,
        };
        await notes.WriteAsync(partition.Slot, note, cancellationToken);

        var digest = source is null
            ? await DeltaAsync(fill!, device, image, progress, cancellationToken)
            : await WholeAsync(source, fill, device, image, progress, cancellationToken);
        if (fill?.Plan is not null)
            Tell(progress, fill.FetchedBytes, Math.Max(0, image.SizeBytes - fill.FetchedBytes));

        await notes.WriteAsync(partition.Slot, Noted(note, digest, fill), cancellationToken);
        // A boot loader that can't read the slot looks into it now.
        device.Dispose();
        await boot.WriteAsync((await boot.ReadAsync(cancellationToken)).WithBootable(partition.Slot));
    }

    private async Task<CountedSource> OpenAsync(PartitionImage image, CancellationToken cancellationToken) =>
        await AnnouncedSize.DemandAsync(await images.OpenAsync(image.Location, cancellationToken), image, cancellationToken);

    private async Task<ContentDigest> DeltaAsync(
        AdaptiveFill fill, ISlotDevice device, PartitionImage image, IStepProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await fill.WriteAsync(progress, cancellationToken);
        }
        catch (AgentException e) when (AdaptiveSlots.IsNoObstacle(e))
        {
            progress.Warn($"The image is fetched whole: {e.Why}");
            await using var source = await OpenAsync(image, cancellationToken);
            return await WholeAsync(source, fill.Whole(), device, image, progress, cancellationToken);
        }
    }

    private static async Task<ContentDigest> WholeAsync(
        CountedSource source, AdaptiveFill? fill, ISlotDevice device, PartitionImage image, IStepProgress progress, CancellationToken cancellationToken)
    {
        var digest = await device.WriteAsync(
            image.Location.AbsolutePath, source, new(image.SizeBytes, image.File, image.Content) { ReadBack = fill }, progress, cancellationToken);
        Tell(progress, source.ReadBytes + (fill?.FetchedBytes ?? 0), reused: 0);
        return digest;
    }

    // What is measured of an update: what had to be fetched for it, and what of the image was there already.
    private static void Tell(IStepProgress progress, long fetched, long reused)
    {
        progress.Begin("fetched");
        progress.Bytes(fetched, fetched);
        progress.Begin("reused");
        progress.Bytes(reused, reused);
    }

    private static SlotNote Noted(SlotNote note, ContentDigest digest, AdaptiveFill? fill)
    {
        var delta = fill?.Plan is not null;
        return note with
        {
            Complete = true,
            Digest = digest.ToString(),
            Index = fill?.Header.Digest.ToString(),
            Method = delta ? "delta" : "full",
            FetchedBytes = delta ? fill!.FetchedBytes : null,
            WrittenBytes = delta ? fill!.WrittenBytes : null,
        };
    }
}
