using System.Text.Json;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines.Settings;

/// <summary>
/// Keeps what a machine shall see of its host, and writes its <c>.nspawn</c> before every start: nspawn refuses to start over a missing source, so
/// the optional ones that are missing by then are left out (law 14).
/// </summary>
internal sealed class BindList(MachinePaths paths)
{
    private const int Limit = 1024 * 1024;

    private const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Remembers a machine's binds.</summary>
    public Task SaveAsync(SlotName slot, IReadOnlyList<HostBind> binds, CancellationToken cancellationToken) =>
        paths.Files.WriteAsync(
            paths.BindList(slot),
            JsonSerializer.SerializeToUtf8Bytes([.. binds], MachinesJson.Default.ListHostBind),
            FileMode,
            owner: null,
            cancellationToken);

    /// <summary>Writes the machine's <c>.nspawn</c> for what is there now.</summary>
    /// <returns>The sources that were left out; null when the machine is not one of the agent's.</returns>
    public async Task<IReadOnlyList<string>?> WriteSettingsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var bytes = await paths.Files.System.RunAsync(() => paths.Files.System.Read(paths.BindList(slot), Limit), cancellationToken);
        if (bytes is null)
        {
            return null;
        }

        var binds = SlotFile.Read(bytes, paths.BindList(slot), MachinesJson.Default.ListHostBind);
        var present = binds.Where(b => !b.Optional || Path.Exists(paths.Root + b.Source)).ToList();
        paths.Files.CreateDirectory(Path.GetDirectoryName(paths.NspawnFile(slot))!, FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await paths.Files.WriteIfChangedAsync(
            paths.NspawnFile(slot),
            System.Text.Encoding.UTF8.GetBytes(NspawnSettings.Render(present)),
            FileMode,
            owner: null,
            cancellationToken);
        return [.. binds.Except(present).Select(b => b.Source)];
    }
}
