using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>Says what there is to update to.</summary>
internal interface IUpdateSource
{
    /// <summary>Reads what the settings' server has, and verifies who published it.</summary>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="version">The version that is asked for; null for the newest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The index and its own location.</returns>
    /// <exception cref="AgentException">It is not there, not trusted, or not valid.</exception>
    Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings, string? version, CancellationToken cancellationToken);
}
