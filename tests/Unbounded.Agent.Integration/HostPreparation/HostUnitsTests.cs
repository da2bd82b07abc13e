using Unbounded.Agent.Integration.DBus;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>Units of a real systemd, with systemctl as the other opinion.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class HostUnitsTests(SystemdHosts hosts)
{
    private const string Victim = """
        printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/victim.service
        systemctl daemon-reload; systemctl enable --now victim.service
        """;

    private const string NoVictim = "systemctl disable --now victim.service; rm -f /usr/lib/systemd/system/victim.service; systemctl daemon-reload";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task MaskAndUnmask_RunningUnit_AreThoseOfSystemctl(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var backend = new HostBackend(host);
        IHostUnits units = new HostUnits(backend.Systemd, host.PathOf(""));
        await host.ShellAsync(Victim);
        var before = await units.GetAsync("victim.service", CancellationToken.None);
        Assert.Equal(new HostUnit("victim.service", "loaded", "active", "enabled"), before);

        await units.MaskAsync("victim.service", CancellationToken.None);
        await units.StopAsync("victim.service", CancellationToken.None);
        Assert.Equal("masked", (await host.ExecAsync("systemctl", "is-enabled", "victim.service")).Stdout.Trim());
        Assert.True((await units.GetAsync("victim.service", CancellationToken.None)) is { IsMasked: true, IsActive: false });

        await units.UnmaskAsync("victim.service", CancellationToken.None);
        await units.StartAsync("victim.service", CancellationToken.None);
        Assert.Equal(before, await units.GetAsync("victim.service", CancellationToken.None));
        await host.ShellAsync(NoVictim);
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Get_UnknownUnit_DoesNotExistAndStopsWithoutAnError(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var backend = new HostBackend(host);
        IHostUnits units = new HostUnits(backend.Systemd, host.PathOf(""));

        Assert.False((await units.GetAsync("none.service", CancellationToken.None)).Exists);
        await units.StopAsync("none.service", CancellationToken.None);
        await units.DisableAsync("none.service", CancellationToken.None);
        Assert.Contains(await units.ListAsync("dbus.*", CancellationToken.None), u => u is { Name: "dbus.service", IsActive: true });
    }
}
