namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>A service that exists until it has ended, without a file (<c>systemd-run</c>).</summary>
/// <param name="Name">The unit's name, with <c>.service</c>.</param>
/// <param name="Command">The program, absolute, and its arguments.</param>
public sealed record TransientService(string Name, IReadOnlyList<string> Command)
{
    /// <summary>What it is, for lists.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>Type=</c> of systemd.service(5): when its start job counts as done.</summary>
    public string Type { get; init; } = "exec";

    /// <summary>How long its start may take, which for a <c>oneshot</c> is how long it may run, before systemd kills it; null for systemd's default (none for a <c>oneshot</c>).</summary>
    public TimeSpan? StartTimeout { get; init; }

    /// <summary>Whether it stays active after its process has ended well.</summary>
    public bool RemainAfterExit { get; init; }

    /// <summary>Whether it is unloaded after a failure too; if not, it stays in the list of failed units.</summary>
    public bool CollectOnFailure { get; init; } = true;

    /// <summary>An absolute path of a file that takes its standard output and error, created or truncated; null for the journal.</summary>
    public string? OutputFile { get; init; }
}
