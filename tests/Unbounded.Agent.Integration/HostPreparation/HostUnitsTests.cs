using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>Units of a real systemd, with systemctl as the other opinion.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class HostUnitsTests
{
    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task MaskAndUnmask_RunningUnit_AreThoseOfSystemctl(string suite)
    {
        await using var prepared = await PreparedHost.StartAsync(suite);
        await prepared.Host.ShellAsync("printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/usr/lib/systemd/system/victim.service; systemctl daemon-reload; systemctl enable --now victim.service");
        var units = prepared.Units;
        var before = await units.GetAsync("victim.service", CancellationToken.None);
        Assert.Equal(new HostUnit("victim.service", "loaded", "active", "enabled"), before);

        await units.MaskAsync("victim.service", CancellationToken.None);
        await units.StopAsync("victim.service", CancellationToken.None);
        Assert.Equal("masked", (await prepared.Host.ExecAsync("systemctl", "is-enabled", "victim.service")).Stdout.Trim());
        Assert.True((await units.GetAsync("victim.service", CancellationToken.None)) is { IsMasked: true, IsActive: false });

        await units.UnmaskAsync("victim.service", CancellationToken.None);
        await units.StartAsync("victim.service", CancellationToken.None);
        Assert.Equal(before, await units.GetAsync("victim.service", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Get_UnknownUnit_DoesNotExistAndStopsWithoutAnError(string suite)
    {
        await using var prepared = await PreparedHost.StartAsync(suite);
        Assert.False((await prepared.Units.GetAsync("none.service", CancellationToken.None)).Exists);
        await prepared.Units.StopAsync("none.service", CancellationToken.None);
        await prepared.Units.DisableAsync("none.service", CancellationToken.None);
        Assert.Contains(await prepared.Units.ListAsync("dbus.*", CancellationToken.None), u => u is { Name: "dbus.service", IsActive: true });
    }
}
