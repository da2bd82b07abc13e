using Unbounded.Agent.TestHost.Containers;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>What a test host is made of.</summary>
public sealed record SystemdHostOptions
{
    /// <summary>Which distribution; see <see cref="Suites"/>.</summary>
    public required string Suite { get; init; }

    /// <summary>How long it may take from the start of the container to a booted system. Default 60 s; about 1.5 s on two idle cores.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The directory with the published agent, bound read-only at /agent; by default artifacts/ of the source tree, if it is there.</summary>
    public string? AgentDirectory { get; init; } = DefaultAgentDirectory();

    /// <summary>
    /// Whether a power cut takes away what was not synced: /etc and /var/lib lie on a disk of the host's own (see <see cref="PowerDisk"/>), and each
    /// boot has a boot ID of its own, as on a real machine. Without it a power cut is a kill of every process.
    /// </summary>
    public bool LosesWhatIsNotSynced { get; init; }

    /// <summary>Adds to the description of the container, for what only one test needs.</summary>
    public Func<ContainerBuilder, ContainerBuilder>? Customize { get; init; }

    private static string? DefaultAgentDirectory()
    {
        var artifacts = Path.Combine(TestHostPaths.Repository, "artifacts");
        return Directory.Exists(artifacts) ? artifacts : null;
    }
}
