namespace Unbounded.Agent.Integration.Agent;

/// <summary>The hosts with an installed agent that the tests of a class share, one a suite.</summary>
public sealed class AgentHosts : IAsyncLifetime
{
    private readonly Dictionary<string, AgentHost> _hosts = [];

    public async Task<AgentHost> OnAsync(string suite)
    {
        if (!_hosts.TryGetValue(suite, out var host))
            _hosts[suite] = host = await AgentHost.InstallAsync(suite);
        return host;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
    }
}
