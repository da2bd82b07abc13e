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
    public async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var slot in slots)
        {
            var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
            if (unit.IsActive)
            {
                lines.Add($"stop machine {slot}");
            }
        }

        lines.AddRange(Files().Where(Exists).Select(f => $"remove {f}"));
        lines.AddRange(Trees().Where(Directory.Exists).Select(d => $"remove {d} and everything in it"));
        return lines;
    }

    public async Task RemoveAsync(IHostReport report, CancellationToken cancellationToken)
    {
        // Nothing may boot a machine whose content is going.
        foreach (var slot in slots.Where(s => Exists(paths.EnablementLink(s))))
        {
            await DurableFile.DeleteAsync(paths.EnablementLink(slot), cancellationToken);
        }

        foreach (var slot in slots)
        {
            await machines.StopAsync(slot, cancellationToken);
            await remover.RemoveAsync(slot, cancellationToken);
        }

        foreach (var file in Files().Where(Exists).ToList())
        {
            await DurableFile.DeleteAsync(file, cancellationToken);
        }

        foreach (var tree in Trees())
        {
            await Task.Run(() => TreeRemoval.Remove(tree, cancellationToken), cancellationToken);
        }

        foreach (var directory in Directories())
        {
            RemoveIfEmpty(directory, report);
        }

        await host.ReloadAsync(cancellationToken);
    }

    private IEnumerable<string> Files()
    {
        foreach (var slot in slots)
        {
            yield return paths.EnablementLink(slot);
            yield return paths.NspawnFile(slot);
            yield return paths.DropIn(slot);
            yield return paths.MarkerDropIn(slot);
            yield return paths.RootMountUnit(slot);
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

    private IEnumerable<string> Directories() =>
    [
        .. slots.Select(paths.DropInDirectory),
        .. slots.Select(paths.MarkerDirectory),
        paths.MarkerRoot,
        paths.RuntimeDirectory,
        Path.GetDirectoryName(paths.UpdateState)!,
    ];

    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

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
