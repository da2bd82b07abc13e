namespace Unbounded.Agent.Integration.Agent;

/// <summary>
/// The hosts with an installed agent that tests share, one a suite; a test takes the node as it finds it and leaves a healthy one. The agent's data has a
/// partition of its own there, which a test can fill, and which is gone after a power cut: a test that cuts the power takes a host of its own.
/// </summary>
public sealed class SharedNodes : IAsyncLifetime
{
    public const string Data = "/var/lib/unbounded";

    private readonly Dictionary<string, AgentHost> _hosts = [];

    public async Task<AgentHost> OnAsync(string suite)
    {
        if (!_hosts.TryGetValue(suite, out var host))
            _hosts[suite] = host = await AgentHost.InstallAsync(
                suite, h => h.ShellAsync($"mkdir -p {Data}; mount -t tmpfs -o size=1500m,mode=755 data {Data}"));
        return host;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
    }
}
