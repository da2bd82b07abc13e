using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Slots;

/// <summary>What a slot is to become: frozen when a transition starts (law 3), kept whole in the record.</summary>
/// <param name="Fingerprint">
/// Lowercase hex SHA-256 over everything that costs a swap (see <c>Drift</c>) and the repave counter: two targets are the same when it is equal.
/// </param>
/// <param name="Config">The agent configuration, with the Machine's edits merged in.</param>
/// <param name="Policy">How to update: gate, rollback, drain.</param>
public sealed record Target(string Fingerprint, AgentConfig Config, UpdatePolicy Policy)
{
    /// <summary>Fingerprint, version and image: the configuration may hold a token, so no text shows it.</summary>
    public override string ToString() => $"{Config.Cluster.Version} {Config.OCIImage} ({Fingerprint})";
}
