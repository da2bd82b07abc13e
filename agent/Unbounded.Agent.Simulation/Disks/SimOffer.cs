namespace Unbounded.Agent.Simulation.Disks;

/// <summary>What a server has.</summary>
/// <param name="Images">Versions, and how they behave.</param>
internal sealed record SimOffer(params IReadOnlyList<(string Version, string Nature)> Images)
{
    /// <summary>Versions that must not be installed.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];
}
