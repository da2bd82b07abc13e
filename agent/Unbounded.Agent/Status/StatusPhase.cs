using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Status;

/// <summary>The Machine's phase and message: for people, they follow the state and drive nothing.</summary>
internal static class StatusPhase
{
    public static MachinePhase Of(StatusSnapshot snapshot) => snapshot.Record switch
    {
        null => MachinePhase.Pending,
        { Transition: { } t } => Moving(t),
        { State.Phase: Phase.Failed or Phase.RolledBack } => MachinePhase.Failed,
        { Active: null } => MachinePhase.Pending,
        _ => IsUp(snapshot) ? MachinePhase.Ready : MachinePhase.Failed,
    };

    public static string Message(StatusSnapshot snapshot)
    {
        if (snapshot.Record is not { } record)
            return snapshot.Problem?.Message ?? snapshot.Plan?.Summary ?? "nothing was installed yet";
        if (record.Transition is { } t)
            return $"{Human.Words(t.Kind.ToString())} to {t.To} (Kubernetes {t.Target.Version}): {Human.Words(t.Step.ToString(), '-')}";
        if (record.State.Phase is Phase.Failed or Phase.RolledBack && record.LastTransition is { Error: { } error } last)
            return $"Kubernetes {last.Version} was {(last.Result == TransitionResult.RolledBack ? "rolled back" : "given up")}: {error.Message}";
        if (record.Active is not { } active)
            return snapshot.Plan?.Summary ?? "nothing was installed yet";
        return IsUp(snapshot)
            ? $"{active.Slot} runs Kubernetes {active.Version}"
            : $"{active.Slot} should run Kubernetes {active.Version}, but is {(StateOf(snapshot, active.Slot) is { } s ? Human.Words(s.ToString()) : "not to be seen")}";
    }

    /// <summary>Whether the active side runs, as far as the slots show it.</summary>
    public static bool IsUp(StatusSnapshot snapshot) =>
        snapshot.Record?.Active is { } active && StateOf(snapshot, active.Slot) == SlotState.Running;

    private static MachinePhase Moving(TransitionRecord transition) =>
        transition.Kind == TransitionKind.Restart ? MachinePhase.Rebooting
        : transition.Step is StepKind.Verify or StepKind.VerifyReverted ? MachinePhase.Joining
        : MachinePhase.Provisioning;

    private static SlotState? StateOf(StatusSnapshot snapshot, SlotName slot) =>
        snapshot.Slots?.Slots.FirstOrDefault(s => s.Name == slot)?.State;
}
