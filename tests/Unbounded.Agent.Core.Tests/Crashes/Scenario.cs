using Unbounded.Agent.Core.Tests.Simulation;

namespace Unbounded.Agent.Core.Tests.Crashes;

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

    /// <summary>The world in which it begins, a new one each time.</summary>
    public World<THost> Prepare() => _beginning.Value.Fork();

    public override string ToString() => name;
}

/// <summary>The ways in which an agent ends before its time.</summary>
public enum Death
{
    /// <summary>The agent is killed, the host goes on.</summary>
    Kill,

    /// <summary>The host loses power; unsynced writes are gone.</summary>
    PowerLost,

    /// <summary>The host loses power; unsynced writes had reached the disk.</summary>
    PowerKept,

    /// <summary>The host loses power; unsynced writes had reached the disk in part.</summary>
    PowerTorn,
}

internal static class Deaths
{
    public static IReadOnlyList<Death> All { get; } = Enum.GetValues<Death>();

    public static void Happens<THost>(this Death death, World<THost> world)
        where THost : SimHost
    {
        switch (death)
        {
            case Death.Kill when world.Host.GoesDown:
                world.Host.Boot();
                break;
            case Death.Kill:
                break;
            case Death.PowerLost:
                world.PowerCut(Loss.Lost);
                break;
            case Death.PowerKept:
                world.PowerCut(Loss.Kept);
                break;
            default:
                world.PowerCut(Loss.Torn);
                break;
        }
    }
}
