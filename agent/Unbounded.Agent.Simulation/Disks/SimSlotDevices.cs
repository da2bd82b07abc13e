using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Writing;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>
/// What is on the system partitions: an image, whole or in part. Until the writer's sync nothing of it is sure, so that it counts as a part; the writer itself
/// has its own tests.
/// </summary>
/// <param name="scissors">Counts effects, and cuts.</param>
/// <param name="time">Writing takes a while.</param>
internal sealed class SimSlotDevices(Scissors scissors, TimeProvider time) : ISlotDevices, IImageOpener
{
    private readonly Dictionary<SlotName, (string Image, bool Whole)> _contents = [];

    /// <summary>Planted bug: says that it is done before it has synced.</summary>
    public bool SyncsLate { get; set; }

    /// <summary>What a slot holds physically; null when nothing was ever written to it.</summary>
    public (string Image, bool Whole)? Content(SlotName slot) => _contents.TryGetValue(slot, out var content) ? content : null;

    public void Put(SlotName slot, string image, bool whole) => _contents[slot] = (image, whole);

    public void CopyFrom(SimSlotDevices other)
    {
        _contents.Clear();
        foreach (var (slot, content) in other._contents)
        {
            _contents[slot] = content;
        }

        SyncsLate = other.SyncsLate;
    }

    public ISlotDevice Hold(SlotPartition partition) => new Device(this, partition);

    public Task<Stream> OpenAsync(Uri location, CancellationToken cancellationToken) => Task.FromResult(Stream.Null);

    private async Task<ContentDigest> WriteAsync(SlotName slot, string image, ExpectedImage expected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _contents[slot] = (image, Whole: false);
        await scissors.HappenedAsync($"write half of {slot}");
        await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        await scissors.HappenedAsync($"write the rest of {slot}");
        if (!SyncsLate)
        {
            _contents[slot] = (image, Whole: true);
            await scissors.HappenedAsync($"sync {slot}");
        }

        return expected.File!;
    }

    private sealed class Device(SimSlotDevices devices, SlotPartition partition) : ISlotDevice
    {
        public long SizeBytes => partition.SizeBytes;

        public AgentException TooLarge(string image, long sizeBytes) =>
            new(PartitionsErrors.ImageTooLarge, $"{image} can't be written", $"it has {sizeBytes} bytes", "Use a smaller one");

        public Task<ContentDigest> WriteAsync(
            string image, Stream source, ExpectedImage expected, IStepProgress progress, CancellationToken cancellationToken) =>
            devices.WriteAsync(partition.Slot, image, expected, cancellationToken);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
