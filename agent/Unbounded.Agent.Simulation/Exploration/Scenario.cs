using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>Something that an agent does, which is cut off at each of its effects.</summary>
/// <param name="name">For people.</param>
/// <param name="begin">Makes the world and asks for what is to be done.</param>
/// <param name="ends">Versions that may run in the end, however it was cut off.</param>
internal sealed class Scenario<THost>(string name, Func<World<THost>> begin, params string[] ends)
    where THost : SimHost
{
    private readonly Lazy<World<THost>> _beginning = new(begin);

    public string Name => name;

    public IReadOnlyList<string> Ends => ends;

    /// <summary>Versions that may run in the end when the transition was given up, after a failing disk or too many ends: that costs the attempt, never the node.</summary>
    public IReadOnlyList<string> EndsWhenGivenUp =>
        _beginning.Value.Record?.Active is { } active ? [.. ends.Append(active.Version).Distinct(StringComparer.Ordinal)] : ends;

    /// <summary>Whether there is a node to lose; a first installation has none.</summary>
    public bool BeginsWithANode => _beginning.Value.Record?.Active is not null;

    /// <summary>The world in which it begins, a new one each time.</summary>
    public World<THost> Prepare() => _beginning.Value.Begin();

    public override string ToString() => name;
}
