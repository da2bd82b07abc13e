using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines.Removal;

/// <summary>
/// Takes both machines away, and everything that was made for them. The daemon is stopped by then. Each part may have gone already: a run that was
/// cut off is repeated from the beginning.
/// </summary>
internal sealed class MachineRemoval(
    MachinePaths paths,
    IReadOnlyList<SlotName> slots,
    ISystemd host,
    MachineService machines,
    SlotRemover remover) : IMachineRemoval
{
    public async Task<IReadOnlyList<string>> FindForeignAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var slot in slots.Except(Own(setUp: false)))
        {
            found.AddRange(((string[])[paths.NspawnFile(slot), paths.DropIn(slot), paths.RootMountUnit(slot), paths.EnablementLink(slot)]).Where(Exists));
            if (IsFilled(paths.MachineRoot(slot)))
            {
                found.Add(paths.MachineRoot(slot));
            }

            if ((await host.GetUnitAsync(Units.Machine(slot), cancellationToken)).IsActive)
            {
                found.Add(Units.Machine(slot));
            }
        }

        return found;
    }

    public async Task<IReadOnlyList<string>> DescribeAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var own = Own(facts.IsSetUp);
        var lines = new List<string>();
        foreach (var slot in own)
        {
            var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
            if (unit.IsActive)
            {
                lines.Add($"stop machine {slot}");
            }
        }

        lines.AddRange(Files(own).Where(Exists).Select(f => $"remove {f}"));
        lines.AddRange(Trees().Where(Directory.Exists).Select(d => $"remove {d} and everything in it"));
        return lines;
    }

    public async Task RemoveAsync(HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        // Once, at the beginning: what says that a slot is the agent's goes on the way.
        var own = Own(facts.IsSetUp);

        // Nothing may boot a machine whose content is going.
        foreach (var slot in own)
        {
            await DurableFile.DeleteAsync(paths.EnablementLink(slot), cancellationToken);
        }

        foreach (var slot in own)
        {
            await machines.StopAsync(slot, cancellationToken);
            await remover.RemoveAsync(slot, cancellationToken);
        }

        // Also those that are not there: a writer that died may have left something beside them, and a run before this one may have died before their
        // removal was durable. The record of the host's changes goes last, and nobody looks for them after that.
        foreach (var file in Files(own).ToList())
        {
            await DurableFile.DeleteAsync(file, cancellationToken);
        }

        foreach (var tree in Trees())
        {
            await Task.Run(() => TreeRemoval.Remove(tree, cancellationToken), cancellationToken);
            await DurableFiles.OfHost.SettleRemovalAsync(tree, cancellationToken);
        }

        foreach (var directory in Directories(own))
        {
            RemoveIfEmpty(directory, report);
            await DurableFiles.OfHost.SettleRemovalAsync(directory, cancellationToken);
        }

        await host.ReloadAsync(cancellationToken);
    }

    // Both on a host that an agent has set up or that has a record. Without that, a slot's own directory says so: it is made first, and goes last.
    private List<SlotName> Own(bool setUp) =>
        setUp || Exists(paths.Record) ? [.. slots] : [.. slots.Where(s => Directory.Exists(paths.SlotDirectory(s)))];

    private IEnumerable<string> Files(IReadOnlyList<SlotName> own)
    {
        foreach (var slot in own)
        {
            yield return paths.EnablementLink(slot);
            yield return paths.NspawnFile(slot);
            yield return paths.DropIn(slot);
            yield return paths.MarkerDropIn(slot);
            yield return paths.RootMountUnit(slot);
        }

        foreach (var slot in slots)
        {
            yield return paths.AppliedConfig(slot);
            yield return paths.AppliedConfig(slot) + ".sha256";
            yield return paths.Marker(slot);
        }

        yield return paths.WithdrawnMarker;
        yield return paths.UpdateState;
        yield return $"{paths.RuntimeDirectory}/progress.json";
        if (Directory.Exists(paths.AgentDirectory))
        {
            // The journal of the host's own changes is the last file to go: whoever undoes those drops it.
            foreach (var file in Directory.EnumerateFiles(paths.AgentDirectory).Where(f => !string.Equals(f, paths.HostJournal, StringComparison.Ordinal)))
            {
                yield return file;
            }
        }
    }

    private IEnumerable<string> Trees() =>
        [paths.Store, paths.SlotsDirectory, paths.Shared, paths.IdentityDirectory, $"{paths.AgentDirectory}/requests", $"{paths.RuntimeDirectory}/answers"];

    private IEnumerable<string> Directories(IReadOnlyList<SlotName> own) =>
    [
        .. own.Select(paths.DropInDirectory),
        .. slots.Select(paths.MarkerDirectory),
        paths.MarkerRoot,
        paths.RuntimeDirectory,
        Path.GetDirectoryName(paths.UpdateState)!,
    ];

    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // Removing an empty directory takes nothing from anybody.
    private static bool IsFilled(string path) => Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).Any() : Exists(path);

    private static void RemoveIfEmpty(string directory, IHostReport report)
    {
        try
        {
            if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
            {
                Directory.Delete(directory);
            }
        }
        catch (IOException e)
        {
            report.Warn($"{directory} stays: {e.Message}");
        }
    }
}
