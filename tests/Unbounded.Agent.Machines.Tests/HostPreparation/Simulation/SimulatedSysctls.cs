using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>Kernel parameters in memory, with what the real kernel does to others when ip_forward changes.</summary>
public sealed class SimulatedSysctls(PowerSupply power) : ISysctls
{
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    public Task<string?> ReadAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Values.GetValueOrDefault(name));

    public Task<bool> TryWriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        if (Refused.Contains(name))
            return Task.FromResult(false);
        power.Effect($"sysctl {name}={value}", () => Set(name, value));
        return Task.FromResult(true);
    }

    public Task<IReadOnlyList<string>> InterfacesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Values.Keys.Where(k => k.EndsWith("/forwarding", StringComparison.Ordinal)).Select(k => k.Split('/')[3])]);

    private void Set(string name, string value)
    {
        var changes = Values[name] != value;
        Values[name] = value;
        if (name != "net/ipv4/ip_forward" || !changes)
            return;
        foreach (var key in Values.Keys.Where(k => k.EndsWith("/forwarding", StringComparison.Ordinal)).ToList())
            Values[key] = value;
        Values["net/ipv4/conf/all/accept_redirects"] = value == "1" ? "0" : "1";
    }
}
