namespace Unbounded.Agent.TestHost.Machines;

/// <summary>The files of a <see cref="HandMadeMachine"/>, by path.</summary>
internal static class MachineFiles
{
    private const string HeldBack =
        """
        [Unit]
        ConditionPathExists=/run/unbounded/active
        """;

    // cgroups are not the test host's to divide, there is no API server to ask for authorization
    private const string Kubelet =
        """
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        authentication: {anonymous: {enabled: false}, webhook: {enabled: false}}
        authorization: {mode: AlwaysAllow}
        cgroupDriver: cgroupfs
        cgroupsPerQOS: false
        enforceNodeAllocatable: []
        failSwapOn: false
        """;

    // 1.20 talks to Docker unless told on the command line, and takes the endpoint nowhere else
    private const string KubeletArguments =
        "KUBELET_CONFIG_ARGS=--config=/etc/kubernetes/kubelet.yaml --container-runtime=remote "
        + "--container-runtime-endpoint=unix:///run/containerd/containerd.sock\n";

    /// <summary>Inside the machine's root.</summary>
    public static IEnumerable<(string Path, string Content)> Root(string name, string machineId) =>
    [
        ("/etc/machine-id", machineId + "\n"),
        ("/etc/hostname", name + "\n"),
        ("/etc/resolv.conf", ""),
        ("/etc/tmpfiles.d/kmsg.conf", "L+ /dev/kmsg - - - - /dev/console\n"),
        ("/etc/systemd/system/containerd.service.d/held-back.conf", HeldBack),
        ("/etc/systemd/system/kubelet.service.d/held-back.conf", HeldBack),
        ("/etc/systemd/system/systemd-sysctl.service.d/held-back.conf", HeldBack),
        ("/etc/kubernetes/kubelet.yaml", Kubelet),
        ("/etc/default/kubelet", KubeletArguments),
    ];

    /// <summary>On the host.</summary>
    public static IEnumerable<(string Path, string Content)> Host(string name, string work, IReadOnlyList<string> layers) =>
    [
        ($"/etc/systemd/system/var-lib-machines-{name}.mount",
            $"""
            [Mount]
            What=overlay
            Where=/var/lib/machines/{name}
            Type=overlay
            Options=lowerdir={string.Join(':', layers)},upperdir={work}/upper,workdir={work}/work
            """),
        ($"/etc/systemd/nspawn/{name}.nspawn",
            $"""
            [Exec]
            NotifyReady=yes
            Capability=all
            PrivateUsers=no
            SystemCallFilter=@keyring bpf perf_event_open
            [Network]
            VirtualEthernet=no
            [Files]
            BindReadOnly=/run/unbounded/marker/{name}:/run/unbounded
            Bind=/var/lib/by-hand/containerd:/var/lib/containerd
            Bind=/var/lib/by-hand/pods:/var/lib/kubelet/pods
            Bind={work}/pki:/var/lib/kubelet/pki
            """),
        ($"/etc/systemd/system/systemd-nspawn@{name}.service.d/override.conf",
            """
            [Unit]
            StartLimitIntervalSec=0
            [Service]
            Restart=on-failure
            RestartSec=10s
            Environment=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
            Environment=SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
            """),
    ];
}
