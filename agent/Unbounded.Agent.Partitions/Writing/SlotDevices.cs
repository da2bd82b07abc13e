using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>The host's block devices.</summary>
/// <param name="pace">Holds writes back while others need the disk more; null: nothing does.</param>
internal sealed class SlotDevices(IWritePace? pace = null) : ISlotDevices
{
    /// <inheritdoc/>
    public ISlotDevice Hold(SlotPartition partition)
    {
        try
        {
            return new Held(BlockDevice.OpenExclusive(partition.Device), pace);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.InUse)
        {
            throw new AgentException(
                PartitionsErrors.SlotMounted,
                $"Slot {partition.Slot} can't be written",
                $"{partition.Device} is mounted, or used by something else",
                $"Unmount it (findmnt {partition.Device} says where) and try again",
                e);
        }
    }

    private sealed class Held(BlockDevice device, IWritePace? pace) : ISlotDevice
    {
        public long SizeBytes => device.SizeBytes;

        public BlockDevice? Block => device;

        public AgentException TooLarge(string image, long sizeBytes) => SlotWriter.TooLarge(image, sizeBytes, device);

        public Task<ContentDigest> WriteAsync(
            string image, Stream source, ExpectedImage expected, IStepProgress progress, CancellationToken cancellationToken) =>
            new SlotWriter(device, image, pace).WriteAsync(source, expected, progress, cancellationToken);

        public void Dispose() => device.Dispose();
    }
}
