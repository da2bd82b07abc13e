using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration;

/// <summary>
/// The hosts that the tests of one collection share, one a suite, booted when the first test asks. A test that breaks its host
/// or needs it untouched takes one of its own from <see cref="NewAsync"/>: a boot takes about a second.
/// </summary>
public sealed class SystemdHosts : IAsyncLifetime
{
    private readonly Dictionary<string, SystemdHost> _hosts = [];

    /// <summary>The shared host of a suite.</summary>
    public async Task<SystemdHost> OnAsync(string suite)
    {
        if (!_hosts.TryGetValue(suite, out var host))
            _hosts[suite] = host = await NewAsync(suite);
        return host;
    }

    /// <summary>A host of the caller's own, to be disposed of by it.</summary>
    public static Task<SystemdHost> NewAsync(string suite) => SystemdHost.StartAsync(new SystemdHostOptions { Suite = suite });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
    }
}
