using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// Fills a slot. The order is what makes a crash harmless: everything that can be refused is, with the source open and the device held; then the slot is
/// unbootable, durably; then its first byte is written; and only what was read back is noted, and bootable again.
/// </summary>
internal sealed class SlotFiller(IBootEnvironment boot, SlotNotes notes, IImageOpener images, ISlotDevices devices)
{
    public async Task FillAsync(SlotPartition partition, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        var image = PartitionImage.Of(target);
        using var device = devices.Hold(partition);
        if (image.SizeBytes > device.SizeBytes)
            throw device.TooLarge(image.Location.AbsolutePath, image.SizeBytes);
        var before = await boot.ReadAsync(cancellationToken);
        await using var source = await images.OpenAsync(image.Location, cancellationToken);

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

        var digest = await device.WriteAsync(
            image.Location.AbsolutePath, source, new(image.SizeBytes, image.File, image.Content), progress, cancellationToken);

        await notes.WriteAsync(partition.Slot, note with { Complete = true, Digest = digest.ToString() }, cancellationToken);
        // A boot loader that can't read the slot looks into it now.
        device.Dispose();
        await boot.WriteAsync((await boot.ReadAsync(cancellationToken)).WithBootable(partition.Slot));
    }
}
