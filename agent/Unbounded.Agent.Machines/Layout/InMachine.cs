namespace Unbounded.Agent.Machines.Layout;

/// <summary>Paths as a machine sees them.</summary>
public static class InMachine
{
    /// <summary>Where the host's marker directory appears.</summary>
    public const string MarkerDirectory = "/run/unbounded";

    /// <summary>Name of the marker in its directory.</summary>
    public const string MarkerName = "active";

    /// <summary>The marker.</summary>
    public const string Marker = $"{MarkerDirectory}/{MarkerName}";

    /// <summary>containerd's socket.</summary>
    public const string ContainerdSocket = "/run/containerd/containerd.sock";

    /// <summary>containerd's root directory.</summary>
    public const string ContainerdRoot = "/var/lib/containerd";

    /// <summary>The kubelet's pod directories.</summary>
    public const string KubeletPods = "/var/lib/kubelet/pods";

    /// <summary>The kubelet's client certificate and key.</summary>
    public const string KubeletPki = "/var/lib/kubelet/pki";

    /// <summary>The kubelet's current client certificate and key, kept by the kubelet itself.</summary>
    public const string KubeletClientCertificate = $"{KubeletPki}/kubelet-client-current.pem";

    /// <summary>The kubelet's kubeconfig.</summary>
    public const string Kubeconfig = "/var/lib/kubelet/kubeconfig";

    /// <summary>The kubeconfig with the bootstrap token.</summary>
    public const string BootstrapKubeconfig = "/etc/kubernetes/bootstrap-kubelet.conf";

    /// <summary>The kubelet's configuration file.</summary>
    public const string KubeletConfiguration = "/etc/kubernetes/kubelet-config.yaml";

    /// <summary>The cluster's CA.</summary>
    public const string ClusterCa = "/etc/kubernetes/pki/ca.crt";

    /// <summary>Static pods.</summary>
    public const string StaticPods = "/etc/kubernetes/manifests";

    /// <summary>Where the host's directories are bound: they must be there before the machine starts.</summary>
    public static IReadOnlyList<string> MountPoints { get; } = [ContainerdRoot, KubeletPods, KubeletPki];
}
