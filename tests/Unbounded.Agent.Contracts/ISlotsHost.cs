using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>A host that a backend works on, simulated or real, with everything that the contract's tests do from outside.</summary>
public interface ISlotsHost : IAsyncDisposable
{
    /// <summary>
    /// The backend. After <see cref="RebootAsync"/> and <see cref="NewProcessAsync"/> it is another object: nothing that the contract promises
    /// may live in the process.
    /// </summary>
    ISlots Slots { get; }

    /// <summary>The clock that the backend lives by.</summary>
    TimeProvider Time { get; }

    /// <summary>Whether activating another side ends the process (partitions).</summary>
    bool ActivationEndsProcess { get; }

    /// <summary>A target that boots and becomes healthy. Each number is another one.</summary>
    Target Good(int number);

    /// <summary>A target that can't be brought up, wherever that shows; null where the host can't make one.</summary>
    Target? Bad { get; }

    /// <summary>Whether node software of the slot runs, as somebody sees it who does not ask the backend.</summary>
    Task<bool> RunsNodeSoftwareAsync(SlotName slot);

    /// <summary>Something that is another one after each start of the slot's node software; null while it does not run.</summary>
    Task<string?> InvocationAsync(SlotName slot);

    /// <summary>Puts a half-built content into a slot, as a preparation leaves it that was cut off.</summary>
    Task LeaveHalfBuiltAsync(SlotName slot);

    /// <summary>Takes the running side down behind the backend's back.</summary>
    Task TakeDownAsync(SlotName slot);

    /// <summary>The agent starts anew on the same host.</summary>
    Task NewProcessAsync();

    /// <summary>The host loses power and comes back.</summary>
    Task RebootAsync();
}
