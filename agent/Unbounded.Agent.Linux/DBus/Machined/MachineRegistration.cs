namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>
/// What machined has written down about a machine. It is no proof that the machine lives, nor is its absence one that
/// it does not: see <see cref="IMachined"/>.
/// </summary>
/// <param name="Name">The machine's name.</param>
public sealed record MachineRegistration(string Name)
{
    /// <summary>The first process, as a process ID of the host.</summary>
    public int Leader { get; init; }

    /// <summary><c>container</c> or <c>vm</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>Who registered it: <c>systemd-nspawn</c>.</summary>
    public string Service { get; init; } = "";

    /// <summary>The host's unit it runs in.</summary>
    public string Unit { get; init; } = "";

    /// <summary><c>opening</c>, <c>running</c> or <c>closing</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>The root directory on the host; empty when it has none.</summary>
    public string RootDirectory { get; init; } = "";
}
