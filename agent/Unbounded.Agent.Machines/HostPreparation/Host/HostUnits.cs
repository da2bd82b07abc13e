using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The host's real systemd, over D-Bus. Masks are the links that <c>systemctl mask</c> makes, written durably.</summary>
public sealed class HostUnits : IHostUnits
{
    private const string Nowhere = "/dev/null";
    private readonly ISystemd _systemd;
    private readonly string _root;

    /// <summary>Creates the view.</summary>
    /// <param name="systemd">The host's systemd.</param>
    /// <param name="root">What stands before <c>/etc</c> where that systemd's files are: <c>/</c> for the host itself.</param>
    public HostUnits(ISystemd systemd, string root)
    {
        _systemd = systemd;
        _root = root;
    }

    /// <inheritdoc/>
    public async Task<HostUnit> GetAsync(string name, CancellationToken cancellationToken)
    {
        var unit = await _systemd.GetUnitAsync(name, cancellationToken);
        return new HostUnit(name, unit.LoadState, Word(unit.ActiveState), unit.UnitFileState);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostUnit>> ListAsync(string pattern, CancellationToken cancellationToken)
    {
        var units = new List<HostUnit>();
        foreach (var unit in await _systemd.ListUnitsAsync([pattern], [], cancellationToken))
            units.Add(await GetAsync(unit.Name, cancellationToken));
        return units;
    }

    /// <inheritdoc/>
    public async Task StartAsync(string name, CancellationToken cancellationToken) =>
        (await _systemd.StartAsync(name, cancellationToken: cancellationToken)).ThrowIfFailed();

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        // A unit without a file that does not run is unknown to systemd, and stopped.
        if ((await GetAsync(name, cancellationToken)).ActiveState is not ("inactive" or "failed"))
            (await _systemd.StopAsync(name, cancellationToken: cancellationToken)).ThrowIfFailed();
    }

    /// <inheritdoc/>
    public async Task RestartAsync(string name, CancellationToken cancellationToken) =>
        (await _systemd.RestartAsync(name, cancellationToken: cancellationToken)).ThrowIfFailed();

    /// <inheritdoc/>
    public async Task EnableAsync(string name, CancellationToken cancellationToken)
    {
        await _systemd.EnableAsync([name], cancellationToken);
        await _systemd.ReloadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DisableAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _systemd.DisableAsync([name], cancellationToken);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.NoSuchUnit)
        {
            return;
        }

        await _systemd.ReloadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task MaskAsync(string name, CancellationToken cancellationToken)
    {
        var path = InEtc(name);
        if (FileStatus.TryGet(path) is { Type: not FileKind.SymbolicLink })
        {
            throw new AgentException(
                MachinesErrors.HostFileRefused,
                $"{name} could not be masked",
                $"{path} is a file, where the mask would be",
                "Move the file to /usr/lib/systemd/system and run it again");
        }

        await DurableLink.SetAsync(path, Nowhere, cancellationToken);
        await _systemd.ReloadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UnmaskAsync(string name, CancellationToken cancellationToken)
    {
        var path = InEtc(name);
        if (FileStatus.TryGet(path) is { Type: FileKind.SymbolicLink } && string.Equals(DurableLink.Read(path), Nowhere, StringComparison.Ordinal))
            await DurableFile.DeleteAsync(path, cancellationToken);
        await _systemd.ReloadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReloadAsync(CancellationToken cancellationToken) => _systemd.ReloadAsync(cancellationToken);

    private static string Word(ActiveState state) => state.ToString().ToLowerInvariant();

    private string InEtc(string name) => Path.Join(_root, HostPaths.Units, name);
}
