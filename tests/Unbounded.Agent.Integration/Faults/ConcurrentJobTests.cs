using Unbounded.Agent.Integration.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>Two jobs at a time while the bus is dropped: whatever was missed, each ends with its own true result.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class ConcurrentJobTests
{
    private const string Good = "contract-good.service";
    private const string Bad = "contract-bad.service";

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law07_BusDropsWhileTwoJobsEnd_EachHasItsTrueResult(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        await AllFaultsAsync(host);

        await BusFault.BrokerAsync(host);
        await AllFaultsAsync(host);
    }

    private static async Task AllFaultsAsync(SystemdHost host)
    {
        foreach (var fault in BusFault.All)
        {
            await StruckAsync(host, fault, released: Release.Before);
            await StruckAsync(host, fault, released: Release.Meanwhile);
            await StruckAsync(host, fault, released: Release.After);
        }
    }

    private static async Task StruckAsync(SystemdHost host, BusFault fault, Release released)
    {
        await using var backend = new HostBackend(host);
        await DefineAsync(host);
        await backend.Systemd.ReloadAsync(Limit);
        var good = backend.Systemd.StartAsync(Good, cancellationToken: Limit);
        var bad = backend.Systemd.StartAsync(Bad, cancellationToken: Limit);
        foreach (var unit in new[] { Good, Bad })
            await ActivatingAsync(backend.Systemd, unit);

        if (released == Release.Before)
            await host.ShellAsync("echo >/run/contract-go-good; echo >/run/contract-go-bad");
        var strike = fault.StrikeAsync(host);
        if (released == Release.After)
            await strike;
        if (released != Release.Before)
            await host.ShellAsync("echo >/run/contract-go-good; echo >/run/contract-go-bad");
        await strike;

        Assert.Equal((fault.Name, released, JobOutcome.Done, JobOutcome.Failed), (fault.Name, released, (await good).Outcome, (await bad).Outcome));
    }

    // Each waits, in its start, for a word: a pipe, so that nothing has to be looked at again and again.
    private static Task DefineAsync(SystemdHost host) => host.ShellAsync(
        $"""
        rm -f /run/contract-go-*; mkfifo /run/contract-go-good /run/contract-go-bad
        printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "read go </run/contract-go-good; exit 0"\n' >/etc/systemd/system/{Good}
        printf '[Service]\nType=oneshot\nExecStart=/bin/sh -c "read go </run/contract-go-bad; exit 3"\n' >/etc/systemd/system/{Bad}
        """);

    private static async Task ActivatingAsync(ISystemd systemd, string unit)
    {
        await foreach (var state in systemd.WatchUnitAsync(unit, Limit))
        {
            if (state.ActiveState == ActiveState.Activating)
                return;
        }
    }

    private enum Release
    {
        Before,
        Meanwhile,
        After,
    }
}
