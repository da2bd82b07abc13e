using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

public sealed class SimulatedPackages(PowerSupply power) : IPackages
{
    public SortedSet<string> Installed { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Required { get; set; } = ["systemd-container"];

    public Dictionary<string, string[]> Dependencies { get; } = new(StringComparer.Ordinal) { ["systemd-container"] = ["libnss-mymachines"] };

    public HashSet<string> NeededByOthers { get; } = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Required.Where(r => !Installed.Contains(r))]);

    public Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. packages.SelectMany(p => Dependencies.GetValueOrDefault(p, []).Append(p)).Where(p => !Installed.Contains(p))]);

    public async Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var package in await PlanAsync(packages, cancellationToken))
            power.Effect($"install {package}", () => Installed.Add(package));
    }

    public Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. packages.Where(Installed.Contains)]);

    public Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        if (packages.Any(NeededByOthers.Contains))
            return Task.FromResult(false);
        foreach (var package in packages)
            power.Effect($"remove {package}", () => Installed.Remove(package));
        return Task.FromResult(true);
    }
}
