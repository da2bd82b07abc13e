namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>The lived-in hosts that the tests of a class share, one a suite; each test leaves its host without the agent.</summary>
public sealed class LivedInHosts : IAsyncLifetime
{
    private readonly Dictionary<string, LivedInHost> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
    }

    internal async Task<LivedInHost> OnAsync(string suite)
    {
        if (!_hosts.TryGetValue(suite, out var host))
            _hosts[suite] = host = await LivedInHost.StartAsync(suite);
        return host;
    }
}
