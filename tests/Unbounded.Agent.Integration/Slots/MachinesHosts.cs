namespace Unbounded.Agent.Integration.Slots;

/// <summary>The hosts that tests of the contract share, one a suite.</summary>
public sealed class MachinesHosts : IAsyncLifetime
{
    private readonly Dictionary<string, MachinesHost> _hosts = [];

    internal async Task<MachinesHost> OnAsync(string suite)
    {
        if (!_hosts.TryGetValue(suite, out var host))
            _hosts[suite] = host = await MachinesHost.BootAsync(suite);
        return host;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.Host.DisposeAsync();
    }
}
