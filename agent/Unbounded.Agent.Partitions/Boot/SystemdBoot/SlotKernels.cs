using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>
/// Copies <c>/vmlinuz</c> and <c>/initrd.img</c> of a slot, links followed inside it, to <c>unbounded/a</c> or <c>unbounded/b</c> on the EFI system partition,
/// and reads them back.
/// </summary>
/// <param name="table">The slots.</param>
/// <param name="target">The folder <c>unbounded</c> on the EFI system partition.</param>
/// <param name="work">Where a slot is mounted for the moment.</param>
internal sealed class SlotKernels(ISlotTable table, string target, string work) : ISlotKernels
{
    private const int BufferBytes = 1 << 20;
    private static readonly string[] FileSystems = ["ext4", "squashfs", "erofs", "btrfs", "xfs"];
    private static readonly string[] Names = ["vmlinuz", "initrd.img"];

    /// <inheritdoc/>
    public Task InstallAsync(SlotName slot) => Task.Run(() =>
    {
        using var mount = ReadOnlyMount.Open(table.Find(slot).Device, $"{work}/{slot}", FileSystems);
        using var root = new ConfinedRoot(mount.Directory);
        var directory = Directory.CreateDirectory($"{target}/{slot.Value.ToLowerInvariant()}").FullName;
        foreach (var name in Names)
            Copy(root, slot, name, $"{directory}/{name}");
        DurableDirectory.Sync(directory);
        DurableDirectory.Sync(target);
    });

    private static void Copy(ConfinedRoot root, SlotName slot, string name, string path)
    {
        if (!root.Exists("/" + name))
            throw Missing(slot, name, "is not there");
        using var handle = root.TryOpenPath("/" + name);
        var source = handle is null ? null : ConfinedRoot.ThroughDescriptor(handle);
        if (source is null || !File.Exists(source))
            throw Missing(slot, name, "is no regular file");
        byte[] expected;
        using (var from = File.OpenRead(source))
        using (var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            var buffer = new byte[BufferBytes];
            for (int read; (read = from.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                to.Write(buffer, 0, read);
            }

            to.Flush(flushToDisk: true);
            expected = hash.GetHashAndReset();
        }

        using var written = File.OpenRead(path);
        if (!SHA256.HashData(written).AsSpan().SequenceEqual(expected))
        {
            throw new AgentException(
                PartitionsErrors.ReadBackDiffers,
                $"The kernel of slot {slot} is not what was written",
                $"{path} reads back as something else",
                "Replace the disk of the EFI system partition: it does not keep what is written to it");
        }
    }

    private static AgentException Missing(SlotName slot, string name, string why) => new(
        PartitionsErrors.NoKernel,
        $"Slot {slot} can't be booted by systemd-boot",
        $"/{name} in its image {why}",
        "Publish an image with /vmlinuz and /initrd.img, or links to them");
}
