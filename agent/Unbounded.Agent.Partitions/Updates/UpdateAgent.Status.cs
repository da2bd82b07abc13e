using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>How it is put together, and what it says of itself.</summary>
public sealed partial class UpdateAgent
{
    /// <summary>Puts everything together. Nothing is opened before it is used.</summary>
    public static UpdateAgent Create(UpdateParts parts)
    {
        var table = new SlotTable(parts.Paths);
        var detection = new BootDetection(parts.Paths, table, new BootFiles(), new LoginTryboot(parts.Login), parts.Settings.Boot);
        var boot = new FoundBootEnvironment(detection.Find);
        var notes = new SlotNotes(parts.Store, parts.Paths.Notes);
        var pace = new IoPressure(parts.Time, parts.Paths.IoPressure);
        var rates = new RatesFile(parts.Store, $"{parts.Paths.Notes}/rates.json");
        var slots = new PartitionSlots(
            table,
            boot,
            notes,
            parts.Source,
            new SlotDevices(pace),
            new SlotChecks(parts.Paths.OsRelease, parts.Systemd),
            parts.Reboot,
            new(parts.Source, new(parts.Paths.Notes), notes, rates, table, pace, parts.Time));
        var records = new RecordStore(parts.Store, parts.RecordFile);
        var files = new DerivedFiles(
            new StateFile(parts.Store, parts.StateFile), new AppliedConfigFiles(parts.Store, parts.AppliedDirectory, SlotTable.Names));
        var executor = new Executor(
            slots, records, files, parts.Publisher, parts.Checks, parts.Time, parts.Loggers.CreateLogger<Executor>(), parts.Observer);
        return new(
            slots,
            boot,
            table,
            new OsRelease(parts.Paths.OsRelease),
            new UpdateRun(slots, records, executor, files, parts.Time),
            new UpdateTargets(parts.MachineName, parts.Settings, parts.Timing),
            parts.Source,
            new IndexMemory(parts.Store, $"{parts.Paths.Notes}/serials.json", parts.Time),
            parts.Settings,
            parts.Lock,
            parts.Checks,
            parts.Timing,
            parts.Systemd,
            parts.Node,
            parts.Time);
    }

    /// <summary>Says how far an update is. Changes nothing.</summary>
    public async Task<UpdateStatus> StatusAsync(CancellationToken cancellationToken)
    {
        var record = await _run.LoadAsync(cancellationToken);
        var seen = await _slots.InspectAsync(cancellationToken);
        var boot = await _boot.ReadAsync(cancellationToken);
        return new(
            record?.State ?? new UpdateState(),
            seen.Permitted!.Value.Value,
            seen.BootsNext!.Value.Value,
            _boot.Kind,
            boot.Tries,
            boot.Proven,
            [.. seen.Slots.Select(s => Slot(s, record, boot))]);
    }

    private UpdateSlot Slot(SlotObservation slot, AgentRecord? record, BootState boot)
    {
        var partition = _table.Find(slot.Name);
        var version = slot.KubernetesVersion
            ?? (record?.Active?.Slot == slot.Name ? record.Active.Version : slot.State == SlotState.Running ? _release.Version : null);
        return new(slot.Name.Value, slot.State.ToString().ToLowerInvariant(), partition.Device, partition.SizeBytes, boot.IsBootable(slot.Name), version, slot.ImageDigest);
    }
}
