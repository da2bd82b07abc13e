namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>Writes containerd's configuration, version 2 (containerd 1.6 and 1.7 read it as it is, 2.x migrates it when it starts).</summary>
public static class ContainerdConfiguration
{
    /// <summary>Renders <c>/etc/containerd/config.toml</c>.</summary>
    /// <param name="systemdCgroup">Whether runc makes cgroups through systemd.</param>
    /// <param name="cniBinDirectory">Where the image keeps its CNI plugins.</param>
    /// <param name="restrictOomScoreAdj">Set where the host may not lower an OOM score (no CAP_SYS_RESOURCE): pods could not start otherwise.</param>
    /// <param name="containerDevices">Whether containers get devices by CDI specifications (containerd 1.7; older ones ignore the setting).</param>
    public static string Render(bool systemdCgroup, string cniBinDirectory, bool restrictOomScoreAdj, bool containerDevices = false)
    {
        return $"""
            # Written by unbounded-agent; add files to /etc/containerd/conf.d instead of editing.
            version = 2
            root = "/var/lib/containerd"
            state = "/run/containerd"
            imports = ["/etc/containerd/conf.d/*.toml"]
            # Without it containerd has nothing to do here: it ends where it can't use its root, and does not seem to work.
            required_plugins = ["io.containerd.grpc.v1.cri"]
            # Snapshotters that a node image does not use, and that each probe the host when containerd starts: while the node is down.
            disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

            [plugins."io.containerd.grpc.v1.cri"]
              restrict_oom_score_adj = {Bool(restrictOomScoreAdj)}
            {(containerDevices ? "  enable_cdi = true\n  cdi_spec_dirs = [\"/etc/cdi\", \"/run/cdi\"]\n" : "")}

              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{cniBinDirectory}"
                conf_dir = "/etc/cni/net.d"

              [plugins."io.containerd.grpc.v1.cri".registry]
                config_path = "/etc/containerd/certs.d"

              [plugins."io.containerd.grpc.v1.cri".containerd]
                default_runtime_name = "runc"

                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                  runtime_type = "io.containerd.runc.v2"

                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                    SystemdCgroup = {Bool(systemdCgroup)}

            """;
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
