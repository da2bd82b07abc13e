using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>The kubelet's unit and its drop-ins.</summary>
public static class KubeletFiles
{
    /// <summary>The drop-in that a change of labels or taints rewrites.</summary>
    public const string NodeConfigDropIn = "/etc/systemd/system/kubelet.service.d/20-node-config.conf";

    /// <summary>All files but the configuration itself.</summary>
    /// <param name="config">The node's configuration.</param>
    /// <param name="nodeName">Name of the Node object.</param>
    /// <param name="binary">Where the image keeps the kubelet.</param>
    public static IEnumerable<RootFile> For(AgentConfig config, string nodeName, string binary)
    {
        yield return RootFile.Text("/etc/systemd/system/kubelet.service", Unit(binary, config.Cluster.Version));
        yield return RootFile.Text("/etc/systemd/system/kubelet.service.d/10-kubeconfig.conf", KubeconfigDropIn(config.Kubelet));
        yield return RootFile.Text(NodeConfigDropIn, NodeConfig(config.Kubelet, nodeName));
        yield return RootFile.Text(
            "/etc/systemd/system/kubelet.service.d/50-env-file.conf",
            "[Service]\nEnvironmentFile=-/etc/default/kubelet\n");
    }

    /// <summary>The drop-in with the node's name, address, labels and taints.</summary>
    public static string NodeConfig(KubeletConfig kubelet, string nodeName)
    {
        var arguments = new List<string> { $"--hostname-override={nodeName}" };
        if (kubelet.NodeIP is { Length: > 0 } address)
        {
            arguments.Add($"--node-ip={address}");
        }

        if (kubelet.Labels.Count > 0)
        {
            arguments.Add("--node-labels=" + string.Join(',', kubelet.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")));
        }

        if (kubelet.RegisterWithTaints.Count > 0)
        {
            arguments.Add("--register-with-taints=" + string.Join(',', kubelet.RegisterWithTaints));
        }

        // One variable: systemd splits an unbraced $KUBELET_NODE at blanks, and no value here may hold one (the parser refuses it).
        return $"[Service]\nEnvironment=\"KUBELET_NODE={string.Join(' ', arguments)}\"\n";
    }

    private static string KubeconfigDropIn(KubeletConfig kubelet) => kubelet.ApiServer is null
        ? "# No API server: the kubelet runs static pods only.\n[Service]\nEnvironment=KUBELET_KUBECONFIG=\n"
        : kubelet.Auth?.BootstrapToken is null
            ? $"[Service]\nEnvironment=\"KUBELET_KUBECONFIG=--kubeconfig={InMachine.Kubeconfig}\"\n"
            : $"[Service]\nEnvironment=\"KUBELET_KUBECONFIG=--bootstrap-kubeconfig={InMachine.BootstrapKubeconfig} --kubeconfig={InMachine.Kubeconfig}\"\n";

    private static string Unit(string binary, string version)
    {
        var runtime = new StringBuilder();
        if (!KubernetesVersion.AtLeast(version, 1, 24))
        {
            runtime.Append(" --container-runtime=remote");
        }

        if (!KubernetesVersion.AtLeast(version, 1, 27))
        {
            runtime.Append(" --container-runtime-endpoint=unix://").Append(InMachine.ContainerdSocket);
        }

        return $"""
            # Written by unbounded-agent; edits are lost, drop-ins are kept until the next swap.
            [Unit]
            Description=Kubernetes node agent
            Requires={Units.Containerd}
            After={Units.Containerd}
            StartLimitIntervalSec=0

            [Service]
            Type=exec
            ExecStart={binary} --config={InMachine.KubeletConfiguration}{runtime} --cert-dir={InMachine.KubeletPki} $KUBELET_KUBECONFIG $KUBELET_NODE $KUBELET_EXTRA_ARGS
            Restart=always
            RestartSec=2s
            KillMode=process
            OOMScoreAdjust=-999

            [Install]
            WantedBy=multi-user.target

            """;
    }
}
