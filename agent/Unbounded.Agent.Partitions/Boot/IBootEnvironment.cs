namespace Unbounded.Agent.Partitions.Boot;

/// <summary>Where a boot loader keeps what it knows of the slots.</summary>
public interface IBootEnvironment
{
    /// <summary>What kind it is, for people: <c>GRUB</c>.</summary>
    string Kind { get; }

    /// <summary>Reads it as the boot loader would. Changes nothing.</summary>
    /// <exception cref="Core.Errors.AgentException">It is missing or damaged in a way that the boot loader can't make up for.</exception>
    Task<BootState> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes it. What the boot loader decides by changes with one synced write of one sector: after a power cut the state is the one before or the one after.
    /// Returns when it is durable. Takes no cancellation token: a change that was begun is ended.
    /// </summary>
    Task WriteAsync(BootState state);

    /// <summary>What of this host's boot loader stands against an update, each in a sentence; empty when nothing does. Changes nothing.</summary>
    Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);
}
