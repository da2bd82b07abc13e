using Unbounded.Agent.Contracts;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>
/// The node's machine killed outright while the alternate is booted beside it. What a killed nspawn leaves (a registration on systemd 252, a mount on 257)
/// would keep every later start from succeeding.
/// </summary>
[Collection(OnSystemdHosts.Name)]
public sealed class KilledMachineTests(MachinesHosts hosts) : IClassFixture<MachinesHosts>
{
    private const string Unit = "systemd-nspawn@kube1.service";
    private const string Supervisor = $"systemctl show --value -p MainPID {Unit}";
    private const string Leader = "machinectl show --value -p Leader kube1";

    // Its own time between two starts is 10 s, of which a test has no need.
    private const string ShortRestart =
        $"mkdir -p /run/systemd/system/{Unit}.d; printf '[Service]\\nRestartSec=100ms\\n' >/run/systemd/system/{Unit}.d/short.conf; systemctl daemon-reload";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law10_KilledMachine_ComesBackAsTheOnlyNode(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await host.BeginAsync();
        await host.Slots.PrepareAsync(MachinesHost.Second, host.Good(2), NoProgress.Instance, CancellationToken.None);
        await host.Host.ShellAsync(ShortRestart);

        foreach (var victim in (string[])[Supervisor, Leader])
        {
            // By itself: nothing of the agent is asked.
            var before = await host.InvocationAsync(MachinesHost.First);
            await host.Host.ShellAsync(
                $"""
                before=$(systemctl show --value -p InvocationID {Unit})
                kill -9 $({victim})
                until [ "$(systemctl show --value -p InvocationID {Unit})" != "$before" ] && systemctl -q is-active {Unit}; do sleep 0.05; done
                """);

            await host.AssertRunsAloneAsync(MachinesHost.First);
            Assert.NotEqual(before, await host.InvocationAsync(MachinesHost.First));
        }
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law10_MachineKilledAfterTheHandover_GoesBackToTheOldOneAlone(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await host.BeginAsync();
        await host.Slots.PrepareAsync(MachinesHost.Second, host.Good(2), NoProgress.Instance, CancellationToken.None);
        await host.Slots.DeactivateAsync(MachinesHost.First, TimeSpan.Zero, NoProgress.Instance, CancellationToken.None);
        await host.Slots.ActivateAsync(MachinesHost.Second, NoProgress.Instance, CancellationToken.None);

        await host.Host.ShellAsync("kill -9 $(systemctl show --value -p MainPID systemd-nspawn@kube2.service)");
        await host.Slots.RevertAsync(MachinesHost.Second, MachinesHost.First, TimeSpan.Zero, NoProgress.Instance, CancellationToken.None);

        await host.AssertRunsAloneAsync(MachinesHost.First);
    }
}
