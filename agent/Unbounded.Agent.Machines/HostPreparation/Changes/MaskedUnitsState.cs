namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Units that were stopped and masked.</summary>
/// <param name="Units">How each was before, in the order in which they are stopped.</param>
internal sealed record MaskedUnitsState(IReadOnlyList<MaskedUnit> Units);

/// <summary>How a unit was before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WasActive">Whether it ran.</param>
/// <param name="WasMasked">Whether it was masked already.</param>
/// <param name="Disable">Its file lies in <c>/etc</c>, where a mask has no place: it was enabled and is disabled instead.</param>
internal sealed record MaskedUnit(string Name, bool WasActive, bool WasMasked, bool Disable = false);
