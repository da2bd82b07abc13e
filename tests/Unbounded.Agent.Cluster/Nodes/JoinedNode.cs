using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Integration;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Kubernetes.Watching;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>A real host whose daemon follows its Machine on the control plane, and whose kubelet joins the cluster: one for all tests of a run.</summary>
public sealed partial class JoinedNode : IAsyncLifetime
{
    public const string Machine = "edge-1";
    public const string NodeName = "node-1";
    public const string User = "unbounded:machine:edge-1";

    /// <summary>The file system of everything that the agent keeps, both sides' own content and the images among it.</summary>
    public const string Disk = "/var/lib/unbounded";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly ResourcePath Path = new ResourcePath("unbounded-cloud.io/v1alpha3", "machines").Of(Machine);

    private static readonly ResourcePath Node = new ResourcePath("v1", "nodes").Of(NodeName);

    private ControlPlane? _plane;
    private Task<JoinedNode>? _installed;

    public AgentHost Agent { get; private set; } = null!;

    public Relay Relay { get; private set; } = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The node, installed when the first test asks. One that could not be installed fails every test at once.</summary>
    public Task<JoinedNode> OnAsync(ControlPlane plane) => _installed ??= InstallAsync(plane);

    private async Task<JoinedNode> InstallAsync(ControlPlane plane)
    {
        _plane = plane;
        var host = await SystemdHosts.NewAsync(Suites.Bookworm);
        // Of its own, so that it can be full.
        await host.ShellAsync($"mkdir -p {Disk}; mount -t tmpfs -o size=2g,mode=755 disk {Disk}");
        Agent = AgentHost.Over(host);
        Relay = new Relay(host, plane.Admin.Server.Port);
        await PrepareClusterAsync();
        await InstallAsync();
        return this;
    }

    /// <summary>The Machine on the server.</summary>
    public async Task<JsonObject> MachineAsync() => Json(await _plane!.Client.GetAsync(Path, CancellationToken.None));

    /// <summary>Deletes the Machine, as a person does.</summary>
    public Task DeleteMachineAsync() => _plane!.Client.DeleteAsync(Path, null, CancellationToken.None);

    /// <summary>Changes the Machine's spec, as a person does.</summary>
    public async Task<JsonObject> EditAsync(string spec) => Json(await _plane!.Client.MergePatchAsync(
        Path, System.Text.Encoding.UTF8.GetBytes($$"""{"spec":{{spec}} }"""), CancellationToken.None));

    /// <summary>Asks for a version, with an image, and with a gate that is quick.</summary>
    public Task<JsonObject> WantAsync(string version, string tag, string timeout = "60s", string settle = "3s") => WantImageAsync(version, AgentHost.Image(tag), timeout, settle);

    /// <summary>The same with any image.</summary>
    public Task<JsonObject> WantImageAsync(string version, string image, string timeout = "60s", string settle = "3s") => EditAsync(
        $$$"""
        {"kubernetes":{"version":"{{{version}}}"},"agent":{"image":"{{{image}}}"},
         "update":{"retryNonce":"{{{Guid.NewGuid():N}}}","healthGate":{"bootTimeout":"60s","timeout":"{{{timeout}}}","settle":"{{{settle}}}"},"drain":{"podGrace":"1s"} } }
        """);

    /// <summary>What a check of the gate saw last, by the record.</summary>
    public async Task<string> EvidenceAsync(string check)
    {
        var record = JsonNode.Parse(await Agent.Host.ShellAsync("cat /var/lib/unbounded/agent/record.json"))!;
        return (string?)record["lastTransition"]?["evidence"]?.AsArray().FirstOrDefault(c => (string?)c!["name"] == check)?["evidence"] ?? record["lastTransition"]?.ToJsonString() ?? "nothing";
    }

    /// <summary>Asks for exactly what runs: what a test asked for in vain is forgotten.</summary>
    public async Task WantWhatRunsAsync()
    {
        var machine = await MachineAsync();
        var runs = Slot(machine, (string)machine["status"]!["activeSlot"]!);
        await WantImageAsync((string)runs["kubernetesVersion"]!, (string)runs["image"]!);
    }

    /// <summary>Waits until the host itself says so of its part in the cluster: the reason of the condition.</summary>
    public Task SaysAsync(string reason) => Agent.WaitAsync(
        async () => (await Agent.Host.ShellAsync($"grep -A 2 'type: ClusterConnected' {Disk}/agent/machine-status.yaml || :")).Contains($"reason: {reason}", StringComparison.Ordinal),
        $"{reason} as the host's own word");

    /// <summary>Waits until the Machine on the server is so; told by a watch.</summary>
    public Task<JsonObject> WaitAsync(Func<JsonObject, bool> condition, string what) => WaitAsync(Path, condition, what);

    /// <summary>Waits until the Node on the server is so; told by a watch.</summary>
    public Task<JsonObject> WaitForNodeAsync(Func<JsonObject, bool> condition, string what) => WaitAsync(Node, condition, what);

    /// <summary>Deletes the Node, as a person does.</summary>
    public Task DeleteNodeAsync() => _plane!.Client.DeleteAsync(Node, null, CancellationToken.None);

    /// <summary>Waits until an object on the server is so; told by a watch.</summary>
    public async Task<JsonObject> WaitAsync(ResourcePath path, Func<JsonObject, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        var reflector = new Reflector(
            _plane!.Client, path.Collection, Selection.Named(path.Name!), new ReflectorOptions(), TimeProvider.System, new Random(1));
        JsonObject? last = null;
        try
        {
            await foreach (var reflection in reflector.FollowAsync(limit.Token))
            {
                last = reflection switch
                {
                    Reflection.Listed { Objects: [var item] } => Json(item),
                    Reflection.Changed changed => Json(changed.Item),
                    _ => last,
                };
                if (last is not null && condition(last))
                    return last;
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new TimeoutException($"{what}: not within {Limit}; {last?["metadata"]}\n{last?["spec"]}\n{last?["status"]}\n{await JournalAsync()}");
    }

    public static bool Ended(JsonObject machine, string result) =>
        (string?)machine["status"]?["lastTransition"]?["result"] == result
        && (long?)machine["status"]?["observedGeneration"] == (long?)machine["metadata"]!["generation"];

    public static string? Condition(JsonObject machine, string type) =>
        (string?)machine["status"]?["conditions"]?.AsArray().SingleOrDefault(c => (string?)c!["type"] == type)?["status"];

    /// <summary>The Machine of a node that rests. One that an earlier test left with a target that failed is asked for what it runs.</summary>
    public async Task<JsonObject> SettledAsync()
    {
        var machine = await WaitAsync(m => Condition(m, "Ready") == "True" && Condition(m, "Progressing") == "False", "a node that rests");
        var runs = (string)Slot(machine, (string)machine["status"]!["activeSlot"]!)["kubernetesVersion"]!;
        if ((string?)machine["spec"]!["kubernetes"]!["version"] == runs)
            return machine;
        await WantAsync(runs, TagOf(runs));
        return await WaitAsync(
            m => (long?)m["status"]?["observedGeneration"] == (long?)m["metadata"]!["generation"] && Condition(m, "Progressing") == "False", "a node as desired");
    }

    /// <summary>Whether another transition ended, or began.</summary>
    public static bool Moved(JsonObject before, JsonObject after) =>
        (string?)after["status"]?["lastTransition"]?["startedAt"] != (string?)before["status"]!["lastTransition"]!["startedAt"];

    /// <summary>The version that it does not run.</summary>
    public static (string Version, string Tag) Next(JsonObject machine)
    {
        var runs = (string)Slot(machine, (string)machine["status"]!["activeSlot"]!)["kubernetesVersion"]!;
        var next = runs == AgentHost.V1 ? AgentHost.V2 : AgentHost.V1;
        return (next, TagOf(next));
    }

    public static JsonNode Slot(JsonObject machine, string name) =>
        machine["status"]!["slots"]!.AsArray().Single(s => (string?)s!["name"] == name)!;

    /// <summary>Boot ID that a Node was registered with.</summary>
    public static string? BootIdOf(JsonObject node) => (string?)node["status"]?["nodeInfo"]?["bootID"];

    public async Task DisposeAsync()
    {
        if (Relay is not null)
            await Relay.DisposeAsync();
        if (Agent is not null)
            await Agent.DisposeAsync();
    }

    private async Task PrepareClusterAsync()
    {
        await _plane!.KubectlAsync(ManifestSet.RightsOf(Machine, NodeName), "apply", "-f", "-");
        await _plane.KubectlAsync(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
            type: bootstrap.kubernetes.io/token
            stringData: {token-id: abcdef, token-secret: 0123456789abcdef, usage-bootstrap-authentication: "true", auth-extra-groups: "system:bootstrappers:nodes"}
            """,
            "apply", "-f", "-");
        foreach (var (name, role, group) in new[]
        {
            ("bootstrap", "system:node-bootstrapper", "system:bootstrappers:nodes"),
            ("approve", "system:certificates.k8s.io:certificatesigningrequests:nodeclient", "system:bootstrappers:nodes"),
            ("renew", "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", "system:nodes"),
        })
        {
            await _plane.KubectlAsync(null, "create", "clusterrolebinding", $"test-{name}", $"--clusterrole={role}", $"--group={group}");
        }
    }

    private async Task InstallAsync()
    {
        var authority = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_plane!.AuthorityPem));
        var server = $"https://127.0.0.1:{_plane.Admin.Server.Port}";
        await Agent.Host.ShellAsync(
            $$"""
            mkdir -p /root/input /srv/cni /srv/pods
            cat >/root/input/config.json <<'JSON'
            {
              "MachineName": "{{Machine}}",
              "NodeName": "{{NodeName}}",
              "Cluster": { "Version": "{{AgentHost.V1}}", "CaCertBase64": "{{authority}}" },
              "Kubelet": {
                "ApiServer": "{{server}}",
                "Auth": { "BootstrapToken": "abcdef.0123456789abcdef" },
                "Configuration": {
                  "cgroupDriver": "cgroupfs", "cgroupsPerQOS": false, "enforceNodeAllocatable": [], "failSwapOn": false
                }
              },
              "AdditionalHostMounts": [{ "Source": "/srv/cni", "Target": "/etc/cni/net.d", "ReadOnly": true }, { "Source": "/srv/pods" }],
              "OCIImage": "{{AgentHost.Image("v1")}}"
            }
            JSON
            cat >/srv/cni/10-test.conflist <<'JSON'
            { "cniVersion": "0.4.0", "name": "test", "plugins": [{ "type": "loopback" }] }
            JSON
            cat >/root/input/machine.yaml <<'YAML'
            {{AgentHost.MachineYaml(AgentHost.V1, AgentHost.Image("v1"))}}
            YAML
            """);
        var installed = await Agent.AgentAsync("install", "--config", "/root/input/config.json", "--machine", "/root/input/machine.yaml");
        if (installed.ExitCode != 0 || await Agent.EndOfTransitionAfterAsync(null) != "success")
            throw new InvalidOperationException($"install: {installed.Stdout}{installed.Stderr}\n{await JournalAsync()}");
        await ApproveAsync();
    }

    // As an administrator does it, with the key that the machine itself shows; then the token is withdrawn: nothing is to need it any more.
    private async Task ApproveAsync()
    {
        await _plane!.AgentAsync("approve", Machine, "--key", await KeyAsync());
        await WaitAsync(Node, _ => true, "the Node, registered by its kubelet");
        await WaitAsync(m => Condition(m, "ClusterConnected") == "True", "the daemon, followed under its own certificate");
        await _plane.KubectlAsync(null, "delete", "secret", "-n", "kube-system", "bootstrap-token-abcdef");
    }

    /// <summary>The key that the daemon asks for a certificate with, as its own status shows it.</summary>
    public async Task<string> KeyAsync()
    {
        Match? key = null;
        await Agent.WaitAsync(
            async () => (key = Fingerprint().Match(await Agent.Host.ShellAsync("cat /var/lib/unbounded/agent/machine-status.yaml"))).Success,
            "the key of the daemon's request in its status");
        return key!.Value;
    }

    [GeneratedRegex("SHA256:[0-9a-f]{64}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fingerprint();

    private Task<string> JournalAsync() => Agent.Host.JournalAsync("unbounded-agent-daemon");

    private static string TagOf(string version) => version == AgentHost.V1 ? "v1" : "v2";

    private static JsonObject Json(ApiObject item) => (JsonObject)JsonNode.Parse(item.Json.Span)!;
}
