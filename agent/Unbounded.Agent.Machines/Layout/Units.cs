using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Layout;

/// <summary>Unit names on the host and inside a machine.</summary>
public static class Units
{
    /// <summary>The template that systemd ships, and its path, which an enablement link points to.</summary>
    public const string MachineTemplate = "/lib/systemd/system/systemd-nspawn@.service";

    /// <summary>Inside a machine: what a handover starts.</summary>
    public const string NodeTarget = "unbounded-node.target";

    /// <summary>Inside a machine: the kubelet.</summary>
    public const string Kubelet = "kubelet.service";

    /// <summary>Inside a machine: the container runtime.</summary>
    public const string Containerd = "containerd.service";

    /// <summary>The service that runs a machine.</summary>
    public static string Machine(SlotName slot) => $"systemd-nspawn@{slot}.service";

    /// <summary>The mount unit of a machine's root; its name is the escaped path, as systemd demands.</summary>
    public static string RootMount(SlotName slot) => $"var-lib-machines-{slot}.mount";
}
