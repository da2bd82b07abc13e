using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>The cgroup driver that kubelet and containerd must agree on.</summary>
public static class CgroupDriver
{
    /// <summary>The driver where the configuration names none.</summary>
    public const string Systemd = "systemd";

    /// <summary>The kubelet's <c>cgroupDriver</c>.</summary>
    public static string Of(KubeletConfig kubelet) =>
        kubelet.Configuration?["cgroupDriver"] is JsonValue value && value.TryGetValue<string>(out var driver) && driver.Length > 0
            ? driver
            : Systemd;
}
