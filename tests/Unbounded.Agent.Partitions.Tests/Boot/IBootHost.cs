using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;

namespace Unbounded.Agent.Partitions.Tests.Boot;

/// <summary>A boot loader's model, its disk, and the agent's view of it.</summary>
public interface IBootHost
{
    /// <summary>The environment, as a new process finds it.</summary>
    internal IBootEnvironment Environment { get; }

    /// <summary>How often the loader boots a slot on trial.</summary>
    int Trials { get; }

    /// <summary>Every state that the host has been in since <see cref="Watch"/>, the first and the last included: what each single write left.</summary>
    IReadOnlyList<object> Moments { get; }

    /// <summary>Begins to remember.</summary>
    void Watch();

    /// <summary>Makes the host what it was at a moment.</summary>
    void GoTo(object moment);

    /// <summary>The host loses power and boots: whatever is kept in memory is gone.</summary>
    SlotName LosePower();

    /// <summary>The host reboots in good order.</summary>
    SlotName Reboot();

    /// <summary>Puts something into the loader's file that is not ours.</summary>
    void AddForeign();

    /// <summary>Whether it is still there, and means the same to the loader.</summary>
    bool HasForeign { get; }

    /// <summary>Damages the file that the loader decides by, and the copies of it where <paramref name="all"/> says so.</summary>
    void Damage(string how, bool all);

    /// <summary>The code with which damage to all of it is refused.</summary>
    ErrorCode Unusable { get; }

    /// <summary>Every write fails from now on; null: none.</summary>
    AgentException? Failure { set; }
}
