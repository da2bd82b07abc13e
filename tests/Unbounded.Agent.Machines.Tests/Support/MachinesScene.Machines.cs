using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Prestart;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>How machines of the scene behave: what nspawn binds, what a machine's systemd knows of conditions, what comes before a start.</summary>
internal sealed partial class MachinesScene
{
    /// <summary>Another agent's settings, as they were before anything was added.</summary>
    public const string ForeignSettings = "[Exec]\nNotifyReady=yes\nCapability=all\n\n[Files]\nBind=/dev/kvm\n";

    public const string ForeignDropIn = "[Service]\nRestart=on-failure\nEnvironment=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1\n";
    public const string ForeignNodeConfig = "[Service]\nEnvironment=\"KUBELET_ARGS=--config=/etc/kubernetes/kubelet.yaml\"\n";

    private TestCgroup? _processes;

    /// <summary>A host that another agent set up: its machine runs from a plain directory, and is what the host boots.</summary>
    public async Task AdoptAsync(SlotName slot, string version = "1.20.2")
    {
        ForeignRoot(slot, version);
        var root = $"/var/lib/machines/{slot}";
        Root.Write($"{root}/var/lib/kubelet/pki/kubelet-client-2026.pem", "2026");
        File.CreateSymbolicLink($"{Root.Path}{root}/var/lib/kubelet/pki/kubelet-client-current.pem", "/var/lib/kubelet/pki/kubelet-client-2026.pem");
        Root.Write($"/etc/systemd/nspawn/{slot}.nspawn", ForeignSettings);
        Root.Write($"/etc/systemd/system/systemd-nspawn@{slot}.service.d/override.conf", ForeignDropIn);
        await Enablement.TurnToAsync(slot);
        await Host.StartAsync(Units.Machine(slot));
        // Its units are enabled in themselves; there is no target of ours.
        await Node(slot).Fake.StartAsync(Units.Containerd);
        await Node(slot).Fake.StartAsync(Units.Kubelet);
        Host.Calls.Clear();
    }

    /// <summary>A root as another agent fills it, with nothing on the host that would start it.</summary>
    public void ForeignRoot(SlotName slot, string version = "1.20.2")
    {
        var root = $"/var/lib/machines/{slot}";
        Root.Write($"{root}/usr/local/bin/kubelet", version);
        Root.Write($"{root}/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/local/bin/kubelet $KUBELET_ARGS\n");
        Root.Write($"{root}/etc/systemd/system/kubelet.service.d/20-node-config.conf", ForeignNodeConfig);
        Root.Write($"{root}/usr/lib/systemd/systemd", "");
        Root.Write($"{root}/usr/lib/systemd/system/sysinit.target.wants/systemd-sysctl.service", "");
    }

    /// <summary>A machine's own systemd starts the kubelet again, as after a crash of it: where its conditions let it.</summary>
    public async Task RestartKubeletAsync(SlotName slot)
    {
        var node = Node(slot);
        await node.Fake.StopAsync(Units.Kubelet);
        await StartSoftwareAsync(slot, node);
    }

    private FakeNode NewNode(SlotName slot)
    {
        var root = Paths.MachineRoot(slot);
        Directory.CreateDirectory(root + "/run");
        var hasBind = File.Exists(Paths.NspawnFile(slot))
            && File.ReadAllText(Paths.NspawnFile(slot)).Contains($"BindReadOnly={Paths.MarkerDirectory(slot)}:{InMachine.MarkerDirectory}\n", StringComparison.Ordinal);
        var node = new FakeNode(root) { BootId = Guid.NewGuid().ToString("D"), Leader = hasBind ? LeaderWithBind() : Environment.ProcessId };
        var conditioned = IsConditioned();
        node.MayWork = () => !conditioned || File.Exists(hasBind ? Paths.Marker(slot) : root + InMachine.Marker);
        node.Fake.Reloading = () => conditioned = IsConditioned();
        Nodes[slot] = node;
        node.Fake.Unit(Units.Containerd);
        node.Fake.Unit(Units.Kubelet);
        node.Fake.Unit(Units.NodeTarget).Starting = _ => File.Exists($"{root}/etc/systemd/system/{Units.NodeTarget}")
            ? StartSoftwareAsync(slot, node)
            : throw new AgentException(LinuxErrors.NoSuchUnit, Units.NodeTarget, "the machine has no such unit", "");
        node.Fake.RunsTransient = (service, _) =>
        {
            File.WriteAllText(node.HostPath(service.OutputFile!), $"Kubernetes v{File.ReadAllText(node.HostPath(service.Command[0]))}\n");
            return Task.CompletedTask;
        };
        return node;

        bool IsConditioned() => File.Exists(root + "/etc/systemd/system/kubelet.service.d/zz-unbounded-marker.conf");
    }

    private void EndMachine(SlotName slot)
    {
        // What it had on its own tmpfs goes with it.
        if (Nodes[slot] is not null && Directory.Exists(Paths.MachineRoot(slot) + "/run"))
        {
            Directory.Delete(Paths.MachineRoot(slot) + "/run", recursive: true);
        }

        Nodes[slot] = null;
    }

    // ExecStartPre=, where a drop-in has it.
    private Task PrestartAsync(SlotName slot) =>
        Directory.Exists(Paths.DropInDirectory(slot))
        && Directory.GetFiles(Paths.DropInDirectory(slot)).Any(f => File.ReadAllText(f).Contains($"machine-prestart {slot}\n", StringComparison.Ordinal))
            ? new MachinePrestart(
                Paths, Marker, Enablement, new BindList(Paths), new FakeMachined(), Time, NullLogger<MachinePrestart>.Instance).RunAsync(slot, default)
            : Task.CompletedTask;

    // A process that has something mounted at /run/unbounded, as a machine with the marker's bind has.
    private int LeaderWithBind()
    {
        _processes ??= new TestCgroup();
        return _processes.Run(
            _processes.Child("leaders"),
            "exec unshare --mount sh -c 'mount -t tmpfs x /run && mkdir /run/unbounded && mount -t tmpfs x /run/unbounded && echo ready; sleep 1000; :'").Id;
    }
}
