using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>
/// systemd in memory: unit files are those of the simulated file system (as of the last reload) and of the vendor; masks are links in /etc; starting a
/// .swap unit swaps.
/// </summary>
public sealed class SimulatedUnits(PowerSupply power, SimulatedFiles files, SimulatedSwaps swaps) : IHostUnits
{
    private const string Etc = "/etc/systemd/system/";
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Units of packages and generators.</summary>
    public SortedSet<string> Vendor { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Enabled { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Active { get; } = new(StringComparer.Ordinal);

    /// <summary>Which device a .swap unit stands for, and its priority.</summary>
    public Dictionary<string, SwapArea> SwapUnits { get; } = new(StringComparer.Ordinal);

    public List<string> Started { get; } = [];

    public Action<string>? OnStart { get; set; }

    public Task<HostUnit> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Get(name));

    public Task<IReadOnlyList<HostUnit>> ListAsync(string pattern, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HostUnit>>([.. Vendor.Where(u => u.EndsWith(pattern.TrimStart('*'), StringComparison.Ordinal)).Select(Get)]);

    public Task StartAsync(string name, CancellationToken cancellationToken)
    {
        Require(name);
        if (Get(name).IsMasked)
            throw new InvalidOperationException($"{name} is masked");
        if (!IsActive(name))
            Effect("start", name, () => Start(name));
        return Task.CompletedTask;
    }

    public Task StopAsync(string name, CancellationToken cancellationToken)
    {
        if (IsActive(name))
        {
            Effect("stop", name, () =>
            {
                Active.Remove(name);
                if (SwapUnits.TryGetValue(name, out var area))
                    swaps.On.RemoveAll(a => a.Path == area.Path);
            });
        }

        return Task.CompletedTask;
    }

    public async Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        await StopAsync(name, cancellationToken);
        Require(name);
        Effect("start", name, () => Start(name));
    }

    public Task EnableAsync(string name, CancellationToken cancellationToken)
    {
        Require(name);
        if (!Enabled.Contains(name))
            Effect("enable", name, () => Enabled.Add(name));
        return Task.CompletedTask;
    }

    public Task DisableAsync(string name, CancellationToken cancellationToken)
    {
        if (Enabled.Contains(name))
            Effect("disable", name, () => Enabled.Remove(name));
        return Task.CompletedTask;
    }

    public Task MaskAsync(string name, CancellationToken cancellationToken)
    {
        if (files.All.TryGetValue(Etc + name, out var f) && f.Content is not null)
            throw new InvalidOperationException($"{name} has a file in /etc");
        if (!Get(name).IsMasked)
            Effect("mask", name, () => files.All[Etc + name] = new SimulatedFile(null, UnixFileMode.None, "/dev/null", "root"));
        return Task.CompletedTask;
    }

    public Task UnmaskAsync(string name, CancellationToken cancellationToken)
    {
        if (Get(name).IsMasked)
            Effect("unmask", name, () => files.All.Remove(Etc + name));
        return Task.CompletedTask;
    }

    public Task ReloadAsync(CancellationToken cancellationToken)
    {
        power.Effect("reload", Reload);
        return Task.CompletedTask;
    }

    public void Reload()
    {
        _known.Clear();
        _known.UnionWith(files.All.Where(f => f.Key.StartsWith(Etc, StringComparison.Ordinal) && f.Value.Content is not null).Select(f => f.Key[Etc.Length..]));
    }

    private HostUnit Get(string name)
    {
        var masked = files.All.TryGetValue(Etc + name, out var f) && f.LinkTarget == "/dev/null";
        var known = Vendor.Contains(name) || _known.Contains(name);
        return new HostUnit(
            name,
            masked ? "masked" : known ? "loaded" : "not-found",
            IsActive(name) ? "active" : "inactive",
            masked ? "masked" : Enabled.Contains(name) ? "enabled" : known ? "disabled" : "");
    }

    private bool IsActive(string name) => SwapUnits.TryGetValue(name, out var area) ? swaps.On.Any(a => a.Path == area.Path) : Active.Contains(name);

    private void Start(string name)
    {
        Active.Add(name);
        Started.Add(name);
        if (SwapUnits.TryGetValue(name, out var area) && swaps.On.All(a => a.Path != area.Path))
            swaps.On.Add(area);
        OnStart?.Invoke(name);
    }

    private void Require(string name)
    {
        if (!Get(name).Exists)
            throw new InvalidOperationException($"unit {name} is not known");
    }

    private void Effect(string verb, string name, Action effect) => power.Effect($"{verb} {name}", effect);
}
