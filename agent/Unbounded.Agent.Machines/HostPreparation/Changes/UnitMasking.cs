using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Stops units for good and puts them back to what they were: shared by docker and swap.</summary>
internal sealed class UnitMasking
{
    private readonly HostServices _host;

    public UnitMasking(HostServices host) => _host = host;

    /// <summary>How a unit is now.</summary>
    public async Task<MaskedUnit> CaptureAsync(HostUnit unit, CancellationToken cancellationToken)
    {
        var inEtc = await _host.Files.StatAsync($"/etc/systemd/system/{unit.Name}", cancellationToken) is { Kind: HostFileKind.File };
        return new MaskedUnit(unit.Name, unit.IsActive, unit.IsMasked, inEtc && unit.IsEnabled);
    }

    public async Task<bool> IsAppliedAsync(MaskedUnit before, CancellationToken cancellationToken)
    {
        var now = await _host.Units.GetAsync(before.Name, cancellationToken);
        return !now.IsActive && (before.Disable ? !now.IsEnabled : now.IsMasked || !now.Exists);
    }

    public async Task ApplyAsync(MaskedUnit before, CancellationToken cancellationToken)
    {
        var now = await _host.Units.GetAsync(before.Name, cancellationToken);
        if (before.Disable)
            await _host.Units.DisableAsync(before.Name, cancellationToken);
        else if (!now.IsMasked && !await IsFileInEtcAsync(before, cancellationToken))
            await _host.Units.MaskAsync(before.Name, cancellationToken);
        if (now.IsActive)
            await _host.Units.StopAsync(before.Name, cancellationToken);
    }

    /// <summary>Lets the units be started again.</summary>
    public async Task UnmaskAsync(IEnumerable<MaskedUnit> units, CancellationToken cancellationToken)
    {
        foreach (var unit in units.Where(u => !u.WasMasked))
        {
            if (unit.Disable)
                await _host.Units.EnableAsync(unit.Name, cancellationToken);
            else if ((await _host.Units.GetAsync(unit.Name, cancellationToken)).IsMasked)
                await _host.Units.UnmaskAsync(unit.Name, cancellationToken);
        }

        await _host.Units.ReloadAsync(cancellationToken);
    }

    /// <summary>Starts those that ran and are still there.</summary>
    public async Task RestartAsync(IEnumerable<MaskedUnit> units, CancellationToken cancellationToken)
    {
        foreach (var unit in units.Where(u => u.WasActive))
        {
            if (await _host.Units.GetAsync(unit.Name, cancellationToken) is { Exists: true, IsMasked: false, IsActive: false })
                await _host.Units.StartAsync(unit.Name, cancellationToken);
        }
    }

    /// <summary>Whether the undoing still has something to do for a unit.</summary>
    public async Task<bool> IsPendingAsync(MaskedUnit before, CancellationToken cancellationToken)
    {
        var now = await _host.Units.GetAsync(before.Name, cancellationToken);
        if (!now.Exists)
            return false;
        var shut = before.Disable ? !now.IsEnabled : now.IsMasked && !before.WasMasked;
        return shut || (before.WasActive && !now.IsActive);
    }

    private async Task<bool> IsFileInEtcAsync(MaskedUnit unit, CancellationToken cancellationToken) =>
        await _host.Files.StatAsync($"/etc/systemd/system/{unit.Name}", cancellationToken) is { Kind: HostFileKind.File };
}
