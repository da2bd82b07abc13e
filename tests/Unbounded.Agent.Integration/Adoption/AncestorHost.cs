using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Adoption;

/// <summary>
/// A host as Azure/unbounded's agent leaves it: machine kube1 in a plain directory, enabled and at work, its kubelet enabled in it and behind no marker;
/// the applied config with its sidecar; a daemon of ours by name and its flush of the whole firewall. By hand, with files and systemctl.
/// </summary>
internal static class AncestorHost
{
    public const string Directory = "/etc/unbounded/agent";
    private const string Root = "/var/lib/machines/kube1";

    private static readonly string AppliedConfig =
        $$"""
        {
          "MachineName": "edge-1",
          "NodeName": "node-1",
          "Cluster": {
            "Version": "{{AgentHost.V1}}"
          },
          "Kubelet": {
            "Configuration": {
              "cgroupDriver": "cgroupfs",
              "cgroupsPerQOS": false,
              "enforceNodeAllocatable": [],
              "failSwapOn": false
            }
          },
          "OCIImage": "{{AgentHost.Image("v1")}}"
        }
        """;

    /// <summary>Boots a host and brings its node up the ancestor's way; the agent is not involved.</summary>
    public static async Task<AgentHost> SetUpAsync(string suite)
    {
        var agent = AgentHost.Over(await SystemdHosts.NewAsync(suite));
        try
        {
            await agent.Host.ShellAsync($"mkdir -p /var/lib/machines && cp -a {SystemdHost.ImagesMount}/v1 {Root} && mkdir -p -m 0750 {Directory}");
            foreach (var (path, content) in Files(await agent.Host.RunAsync("systemd-id128", "new")))
                await WriteAsync(agent.Host.PathOf(path), content);
            await agent.Host.ShellAsync(Start);
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    // What kubelet demands of the kernel it can't set in a machine.
    private const string Start =
        $"""
        sysctl -qw vm.overcommit_memory=1 vm.panic_on_oom=0 kernel.panic=10 kernel.panic_on_oops=1 kernel.keys.root_maxkeys=1000000 kernel.keys.root_maxbytes=25000000
        chmod 0600 {Directory}/*
        chmod 0755 /usr/local/bin/unbounded-agent
        systemctl daemon-reload
        systemctl enable --now unbounded-agent-daemon.service nftables-flush.service
        systemctl enable systemd-nspawn@kube1.service machines.target
        systemctl start systemd-nspawn@kube1.service
        systemctl -M kube1 enable containerd.service kubelet.service
        systemctl -M kube1 start containerd.service
        systemctl -M kube1 start kubelet.service
        """;

    private static IEnumerable<(string Path, string Content)> Files(string machineId) =>
    [
        ($"{Root}/etc/machine-id", machineId + "\n"),
        ($"{Root}/etc/hostname", "node-1\n"),
        ($"{Root}/etc/resolv.conf", ""),
        ($"{Root}/etc/tmpfiles.d/kmsg.conf", "L+ /dev/kmsg - - - - /dev/console\n"),
        ($"{Root}/etc/kubernetes/kubelet-config.yaml",
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication: {anonymous: {enabled: false}, webhook: {enabled: false}}
            authorization: {mode: AlwaysAllow}
            cgroupDriver: cgroupfs
            cgroupsPerQOS: false
            enforceNodeAllocatable: []
            failSwapOn: false
            """),
        ($"{Root}/etc/systemd/system/kubelet.service.d/20-node-config.conf",
            """
            [Service]
            Environment="KUBELET_CONFIG_ARGS=--config=/etc/kubernetes/kubelet-config.yaml --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock"
            """),
        ("/etc/systemd/nspawn/kube1.nspawn",
            """
            [Exec]
            NotifyReady=yes
            Capability=all
            PrivateUsers=no
            SystemCallFilter=@keyring bpf perf_event_open

            [Network]
            VirtualEthernet=no

            """),
        ("/etc/systemd/system/systemd-nspawn@kube1.service.d/override.conf",
            """
            [Unit]
            StartLimitIntervalSec=0

            [Service]
            Restart=on-failure
            RestartSec=10s
            Environment=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
            Environment=SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
            """),
        ($"{Directory}/config.json", AppliedConfig),
        ($"{Directory}/kube1-applied-config.json", AppliedConfig),
        ($"{Directory}/kube1-applied-config.json.sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AppliedConfig))) + "\n"),
        ("/usr/local/bin/unbounded-agent", "#!/bin/sh\nexec sleep infinity\n"),
        ("/etc/systemd/system/unbounded-agent-daemon.service",
            "[Service]\nExecStart=/usr/local/bin/unbounded-agent daemon\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n"),
        ("/etc/systemd/system/nftables-flush.service",
            "[Unit]\nBefore=systemd-nspawn@kube1.service\n\n[Service]\nType=oneshot\nExecStart=/bin/sh -c 'nft flush ruleset'\n\n[Install]\nWantedBy=multi-user.target\n"),
    ];

    private static async Task WriteAsync(string path, string content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Not through a link of the image's: its resolv.conf would lead out of the machine.
        File.Delete(path);
        await File.WriteAllTextAsync(path, content);
    }
}
