using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Swaps;

/// <summary>containerd's root goes from machine to machine, and is worth nothing that could not be pulled again.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class ImageCacheTests(SharedNodes hosts)
{
    private const string Cache = "/var/lib/unbounded/shared/containerd";
    private const string Database = $"{Cache}/io.containerd.metadata.v1.bolt/meta.db";

    // bbolt's, in its first page behind the page's header (go.etcd.io/bbolt, db.go)
    private const string Magic = $"od -A n -t x4 -j 16 -N 4 {Database}";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Swap_ImageCacheThatIsDamaged_IsSetAsideAndRebuilt(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (_, to, version, tag) = await SwapTests.NextAsync(agent);

        // The containerd that runs keeps the file that it has open; the next one finds this.
        await agent.Host.ShellAsync($"head -c 65536 /dev/urandom >{Database}.new; mv {Database}.new {Database}; touch {Cache}/witness");
        Assert.Equal("success", await agent.TransitionAsync(version, AgentHost.Image(tag)));

        Assert.Equal(to, (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.True(await agent.IsHealthyAsync());
        Assert.Equal("ed0cdaed", (await agent.Host.ShellAsync(Magic)).Trim());
        Assert.Equal("", await agent.Host.ShellAsync($"cd {Cache}; ls -A | grep -e witness -e aside || true"));
    }
}
