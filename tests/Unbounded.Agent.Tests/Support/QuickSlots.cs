using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Tests.Support;

/// <summary>Two slots in memory that do at once what they are asked to. For what lies above them; how slots behave is tested elsewhere.</summary>
internal sealed class QuickSlots : ISlots
{
    private readonly Dictionary<SlotName, SlotState> _states = new() { [Records.Kube1] = SlotState.Empty, [Records.Kube2] = SlotState.Empty };
    private SlotName? _permitted;
    private SlotName? _bootsNext;

    public IReadOnlyList<SlotName> Names => [Records.Kube1, Records.Kube2];

    /// <summary>What the gate asks of a side; default: nothing.</summary>
    public Func<SlotName, IReadOnlyList<ICheck>> ChecksOf { get; set; } = _ => [];

    public Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SlotsObservation("boot", _permitted, _bootsNext, [.. Names.Select(n => new SlotObservation(n, _states[n]))]));

    public Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) => Become(slot, SlotState.HeldBack);

    public Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) => Become(slot, SlotState.HeldBack);

    public Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken) => StartAsync(slot);

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => ChecksOf(slot);

    public Task CommitAsync(SlotName slot)
    {
        _bootsNext = slot;
        return Task.CompletedTask;
    }

    public async Task<Activation> RevertAsync(SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await Become(failed, SlotState.HeldBack);
        _permitted = good;
        return good is { } slot ? await StartAsync(slot) : Activation.Started;
    }

    public Task RetireAsync(SlotName slot, CancellationToken cancellationToken) => Become(slot, SlotState.Complete);

    public Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken) => Become(slot, SlotState.Empty);

    public Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) => Become(slot, SlotState.HeldBack);

    public Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) => StartAsync(slot);

    public Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<Activation> StartAsync(SlotName slot)
    {
        (_permitted, _states[slot]) = (slot, SlotState.Running);
        return Task.FromResult(Activation.Started);
    }

    private Task Become(SlotName slot, SlotState state)
    {
        _states[slot] = state;
        return Task.CompletedTask;
    }
}
