using System.Runtime.InteropServices;
using Unbounded.Agent.Contracts;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>
/// A real host for the contract of slots: the machines backend runs on it in a process of its own, in exactly the sandbox of the shipped unit, and nothing
/// else of the agent but what machines' starts call.
/// </summary>
internal sealed class MachinesHost : ISlotsHost
{
    private const string Socket = $"{SystemdHost.ShareMount}/slots";
    public static readonly SlotName First = new("kube1");
    public static readonly SlotName Second = new("kube2");

    private MachinesHost(SystemdHost host)
    {
        Host = host;
        Slots = new RemoteSlots(Path.Combine(host.Directory.Share, "slots"));
    }

    public SystemdHost Host { get; }

    public ISlots Slots { get; }

    public TimeProvider Time => TimeProvider.System;

    public bool ActivationEndsProcess => false;

    public Target? Bad => Target('b', AgentHost.V2, "no-containerd");

    /// <summary>Boots a host and starts the backend on it; no slot has anything in it.</summary>
    /// <param name="suite">Which one.</param>
    /// <param name="before">What is done to the host before the backend starts.</param>
    public static async Task<MachinesHost> BootAsync(string suite, string before = "")
    {
        var host = new MachinesHost(await SystemdHost.StartAsync(new()
        {
            Suite = suite,
            Customize = c => c
                .WithBindMount(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")), "/dotnet", AccessMode.ReadOnly)
                .WithBindMount(AppContext.BaseDirectory, "/integration", AccessMode.ReadOnly),
        }));
        try
        {
            await host.Host.ShellAsync($"systemctl -q enable machines.target; mkdir -p /etc/unbounded/agent /var/lib/unbounded\n{before}");
            await host.StartBackendAsync();
            return host;
        }
        catch
        {
            await host.Host.DisposeAsync();
            throw;
        }
    }

    public Target Good(int number) => Target((char)('0' + number), number % 2 == 1 ? AgentHost.V1 : AgentHost.V2, number % 2 == 1 ? "v1" : "v2");

    public Task<bool> RunsNodeSoftwareAsync(SlotName slot) => Task.FromResult(NodeProcesses.Of(Host, slot.Value).Count > 0);

    public Task<string?> InvocationAsync(SlotName slot) =>
        Task.FromResult(NodeProcesses.Of(Host, slot.Value) is { Count: > 0 } running ? string.Join('\n', running) : null);

    public Task LeaveHalfBuiltAsync(SlotName slot) => Host.ShellAsync(
        $"mkdir -p /var/lib/unbounded/machines/{slot}/upper/etc /var/lib/unbounded/machines/{slot}/work; echo half >/var/lib/unbounded/machines/{slot}/upper/etc/hostname");

    public Task TakeDownAsync(SlotName slot) => Host.RunAsync("systemctl", "stop", $"systemd-nspawn@{slot}.service");

    public Task NewProcessAsync() => Host.RunAsync("systemctl", "restart", "slots.service");

    public async Task RebootAsync()
    {
        await Host.PowerCutAsync();
        await Host.BootAsync();
        await StartBackendAsync();
    }

    /// <summary>Brings the host to where every test of the contract begins, by the shortest way that there is.</summary>
    public async Task BeginAsync()
    {
        var seen = await Slots.InspectAsync(CancellationToken.None);
        var firsts = seen.BootsNext == First && seen[First].Fingerprint == Good(1).Fingerprint;
        if (!firsts)
        {
            await ClearAsync();
            await InstallAsync();
        }
        else if (seen.Permitted != First || seen[First].State != SlotState.Running)
        {
            await Slots.RevertAsync(Second, First, TimeSpan.Zero, NoProgress.Instance, CancellationToken.None);
        }

        await Slots.ReleaseAsync(Second, CancellationToken.None);
    }

    /// <summary>Makes the first slot the committed node.</summary>
    public async Task InstallAsync()
    {
        await Slots.PrepareAsync(First, Good(1), NoProgress.Instance, CancellationToken.None);
        await Slots.ActivateAsync(First, NoProgress.Instance, CancellationToken.None);
        await Slots.CommitAsync(First);
    }

    /// <summary>That a slot is the node, and the only one, as the backend and the kernel see it.</summary>
    public async Task AssertRunsAloneAsync(SlotName slot)
    {
        var seen = await Slots.InspectAsync(CancellationToken.None);
        Assert.Equal((slot, SlotState.Running), (seen.Permitted, seen[slot].State));
        Assert.Equal(["containerd", "kubelet"], NodeProcesses.Of(Host, slot.Value).Select(p => p.Split(' ')[0]));
        Assert.Empty(NodeProcesses.Of(Host, Slots.Names.Single(n => n != slot).Value));
    }

    /// <summary>Takes away every machine, and keeps the images in the store.</summary>
    public Task ClearAsync() => Host.ShellAsync(
        """
        systemctl stop systemd-nspawn@kube1.service systemd-nspawn@kube2.service
        for root in kube1 kube2; do
          [ ! -e /etc/systemd/system/var-lib-machines-$root.mount ] || systemctl stop var-lib-machines-$root.mount
        done
        systemctl reset-failed
        cd /var/lib/unbounded
        rm -rf machines identity shared /var/lib/machines/kube1 /var/lib/machines/kube2 /run/unbounded
        rm -rf /etc/systemd/system/*kube[12]* /etc/systemd/system/machines.target.wants/* /etc/systemd/nspawn/*
        systemctl daemon-reload
        """);

    /// <summary>The host stays, for the next test.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The shipped unit's sandbox as it is; started like it, but ended without its watchdog and without its restart.
    private async Task StartBackendAsync()
    {
        var unit = await File.ReadAllTextAsync(Path.Combine(TestHostPaths.Repository, "systemd-units/unbounded-agent-daemon.service"));
        await File.WriteAllTextAsync(Path.Combine(Host.Directory.Share, "slots.service"), unit);
        await Host.ShellAsync(
            $"""
            sysctl -qw vm.overcommit_memory=1 vm.panic_on_oom=0 kernel.panic=10 kernel.panic_on_oops=1 kernel.keys.root_maxkeys=1000000 kernel.keys.root_maxbytes=25000000
            mkdir -p /run/systemd/system/slots.service.d /run/unbounded
            cp {SystemdHost.ShareMount}/slots.service /run/systemd/system/
            cat >/run/systemd/system/slots.service.d/server.conf <<'UNIT'
            [Service]
            ExecStart=
            ExecStart=/dotnet/dotnet exec /integration/Unbounded.Agent.SlotsServer.dll {Socket} {Host.AgentPath}
            ReadWritePaths={SystemdHost.ShareMount}
            WatchdogSec=0
            Restart=no
            UNIT
            systemctl daemon-reload
            systemctl start slots.service || journalctl --no-pager -n 50 -u slots.service >&2
            systemctl is-active slots.service
            """);
    }

    private static Target Target(char fingerprint, string version, string tag) => new(
        new string(fingerprint, 64),
        new AgentConfig
        {
            MachineName = "edge-1",
            NodeName = "node-1",
            Cluster = new ClusterConfig { Version = version },
            Kubelet = new KubeletConfig
            {
                Configuration = new()
                {
                    ["cgroupDriver"] = "cgroupfs",
                    ["cgroupsPerQOS"] = false,
                    ["enforceNodeAllocatable"] = new System.Text.Json.Nodes.JsonArray(),
                    ["failSwapOn"] = false,
                },
            },
            OCIImage = AgentHost.Image(tag),
        },
        new UpdatePolicy());
}
