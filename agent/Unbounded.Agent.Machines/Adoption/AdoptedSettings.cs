using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Adoption;

/// <summary>
/// Adds to the settings that another agent wrote for a machine what its next start needs: the marker's bind, and the hidden command that gives the marker
/// after a host boot. What is there stays as it is.
/// </summary>
internal sealed class AdoptedSettings(MachinePaths paths, string agentBinary)
{
    private const int Limit = 1024 * 1024;

    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PublicDirectory =
        PublicFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Adds what is missing, durably.</summary>
    /// <returns>Whether something was: systemd has to read its files anew then.</returns>
    /// <exception cref="Core.Errors.AgentException">A file can't be read or written.</exception>
    public async Task<bool> ExtendAsync(SlotName slot, CancellationToken cancellationToken)
    {
        // The start first prepares the bind's source: it must never have the one without the other.
        var prestart = await WriteAsync(paths.MarkerDropIn(slot), DropIn(slot), cancellationToken);
        var present = await paths.Files.System.RunAsync(() => paths.Files.System.Read(paths.NspawnFile(slot), Limit), cancellationToken);
        var settings = await WriteAsync(paths.NspawnFile(slot), WithBind(slot, present is null ? "" : Encoding.UTF8.GetString(present)), cancellationToken);
        return prestart || settings;
    }

    private string DropIn(SlotName slot) =>
        $"""
        # Written by unbounded-agent for a machine that another agent set up; edits are lost.
        [Service]
        ExecStartPre=-{agentBinary} machine-prestart {slot}

        """;

    // systemd.syntax(7): a section may come again, its settings add up.
    private string WithBind(SlotName slot, string settings)
    {
        var bind = $"BindReadOnly={paths.MarkerDirectory(slot)}:{InMachine.MarkerDirectory}";
        if (settings.Split('\n').Contains(bind, StringComparer.Ordinal))
        {
            return settings;
        }

        var ended = settings.Length == 0 || settings.EndsWith('\n') ? settings : settings + "\n";
        return $"{ended}\n# Added by unbounded-agent: its node software starts behind the host's marker.\n[Files]\n{bind}\n";
    }

    private async Task<bool> WriteAsync(string path, string content, CancellationToken cancellationToken)
    {
        paths.Files.CreateDirectory(Path.GetDirectoryName(path)!, PublicDirectory);
        return await paths.Files.WriteIfChangedAsync(path, Encoding.UTF8.GetBytes(content), PublicFile, owner: null, cancellationToken);
    }
}
