using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Agent;

/// <summary>A systemd host with the published agent installed in it: its node is driven as a person would, by edits of machine.yaml.</summary>
public sealed class AgentHost : IAsyncDisposable
{
    public const string V1 = "1.20.2";
    public const string V2 = "1.20.4";
    private const string StateFile = "/var/lib/unbounded/update/state.json";
    private const string ConfigDirectory = "/etc/unbounded/agent";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private AgentHost(SystemdHost host) => Host = host;

    public SystemdHost Host { get; }

    /// <summary>A host that the caller has booted and sets up itself; it is disposed of with this object.</summary>
    internal static AgentHost Over(SystemdHost host) => new(host);

    /// <summary>Boots a host and installs the agent with v1; ends when v1 is committed.</summary>
    /// <param name="suite">Which host.</param>
    /// <param name="before">Makes the host what the agent finds.</param>
    public static async Task<AgentHost> InstallAsync(string suite, Func<SystemdHost, Task>? before = null)
    {
        var host = await SystemdHosts.NewAsync(suite);
        try
        {
            if (before is not null)
                await before(host);
            return await InstallAsync(host);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Installs the agent with v1 on a host that stays the caller's.</summary>
    public static async Task<AgentHost> InstallAsync(SystemdHost host)
    {
        var agent = new AgentHost(host);
        try
        {
            await agent.InstallAsync();
            return agent;
        }
        catch (Exception e)
        {
            var journal = (await host.ExecAsync("journalctl", "--no-pager", "-n", "60", "-u", "unbounded-agent-daemon", "-u", "systemd-nspawn@*")).Stdout;
            throw new InvalidOperationException($"{e.Message}\n{journal}", e);
        }
    }

    public static string Image(string tag) => $"oci-layout://{SystemdHost.ImagesMount}/variants:{tag}";

    /// <summary>Runs the agent; neither outcome throws.</summary>
    public Task<ExecResult> AgentAsync(params string[] arguments) =>
        Host.ExecAsync([Host.AgentPath, .. arguments]);

    /// <summary>The agent's own status.</summary>
    public async Task<JsonObject> StatusAsync() => (JsonObject)JsonNode.Parse(
        (await AgentAsync("status", "--output", "json")).ThrowOnFailure("status").Stdout)!;

    /// <summary>Edits the Machine, as an editor does: a new file takes the old one's place.</summary>
    public Task EditAsync(string version, string image, string settle = "3s", string timeout = "60s", string extra = "", string update = "", string boot = "10s") => Host.ShellAsync(
        $"""
        cat >{ConfigDirectory}/machine.yaml.new <<'YAML'
        {MachineYaml(version, image, settle, timeout, extra, update, boot)}
        YAML
        mv {ConfigDirectory}/machine.yaml.new {ConfigDirectory}/machine.yaml
        """);

    /// <summary>The Machine, as a file.</summary>
    public static string MachineYaml(string version, string image, string settle = "3s", string timeout = "60s", string extra = "", string update = "", string boot = "10s") =>
        $"""
        apiVersion: unbounded-cloud.io/v1alpha3
        kind: Machine
        metadata:
          name: edge-1
        spec:
          kubernetes:
            version: {version}
        {extra}
          agent:
            image: {image}
          update:
            # Another one each time: a test may ask for a target that failed in an earlier one.
            retryNonce: "{Guid.NewGuid():N}"
        {update}
            healthGate:
              bootTimeout: {boot}
              timeout: {timeout}
              settle: {settle}
            drain:
              podGrace: 1s
        """;

    /// <summary>Writes the configuration and the Machine that <see cref="InstallAsync(SystemdHost)"/> installs to /root/input.</summary>
    public static Task WriteInputAsync(SystemdHost host, string machineYaml) => host.ShellAsync(
        $$"""
        mkdir -p /root/input
        cat >/root/input/config.json <<'JSON'
        {
          "MachineName": "edge-1",
          "NodeName": "node-1",
          "Cluster": { "Version": "{{V1}}" },
          "Kubelet": {
            "Configuration": {
              "cgroupDriver": "cgroupfs", "cgroupsPerQOS": false, "enforceNodeAllocatable": [], "failSwapOn": false
            }
          },
          "OCIImage": "{{Image("v1")}}"
        }
        JSON
        cat >/root/input/machine.yaml <<'YAML'
        {{machineYaml}}
        YAML
        """);

    /// <summary>Edits the Machine and waits for the end of the transition that follows.</summary>
    /// <returns>The state file's phase: success, rolled_back or failed.</returns>
    public async Task<string> TransitionAsync(string version, string image, string settle = "3s", string timeout = "60s", string extra = "", string boot = "10s")
    {
        var before = (string?)(await StateAsync())?["started_at"];
        await EditAsync(version, image, settle, timeout, extra, boot: boot);
        return await EndOfTransitionAfterAsync(before);
    }

    /// <summary>As <see cref="TransitionAsync"/>, but an edit back to what runs is no transition.</summary>
    public async Task TransitionIfNeededAsync(string version, string image)
    {
        var status = await StatusAsync();
        var active = status["slots"]!.AsArray().Single(s => (string?)s!["name"] == (string?)status["activeSlot"])!;
        if ((string?)active["image"] == image && (string?)active["kubernetesVersion"] == version)
            await EditAsync(version, image);
        else
            await TransitionAsync(version, image);
    }

    /// <summary>Waits until a transition that began after another one has ended.</summary>
    /// <param name="startedAt">Start of the transition before.</param>
    public async Task<string> EndOfTransitionAfterAsync(string? startedAt)
    {
        string? phase = null;
        await WaitAsync(
            async () =>
            {
                var state = await StateAsync();
                phase = (string?)state?["phase"];
                return phase is "success" or "rolled_back" or "failed" && (string?)state!["started_at"] != startedAt;
            },
            "the end of a transition");
        return phase!;
    }

    /// <summary>state.json; null when there is none yet.</summary>
    public async Task<JsonObject?> StateAsync()
    {
        try
        {
            return (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Host.PathOf(StateFile)))!;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Waits for a change of the agent's state that makes a condition true.</summary>
    public async Task WaitAsync(Func<Task<bool>> condition, string what)
    {
        var directory = Host.PathOf(Path.GetDirectoryName(StateFile)!);
        await Host.ShellAsync($"mkdir -p {Path.GetDirectoryName(StateFile)}");
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(directory);
        watcher.Created += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.Changed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (!await condition())
            {
                // The last wait of a condition that the state does not show (a unit's end) is bounded, not busy.
                await changed.WaitAsync(TimeSpan.FromSeconds(1), limit.Token);
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(
                $"{what}: not within {Limit}; state {(await StateAsync())?.ToJsonString()}\n" + await Host.JournalAsync("unbounded-agent-daemon"),
                e);
        }
    }

    /// <summary>Whether the kubelet of the node answers now.</summary>
    public async Task<bool> IsHealthyAsync()
    {
        using var http = Host.CreateHttpClient();
        try
        {
            using var answer = await http.GetAsync(new Uri("http://127.0.0.1:10248/healthz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task<string> UnitAsync(string unit, string property) =>
        Host.RunAsync("systemctl", "show", "--value", "-p", property, unit);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private async Task InstallAsync()
    {
        await WriteInputAsync(Host, MachineYaml(V1, Image("v1")));
        (await AgentAsync("install", "--config", "/root/input/config.json", "--machine", "/root/input/machine.yaml")).ThrowOnFailure("install");
        if (await EndOfTransitionAfterAsync(null) != "success")
        {
            throw new InvalidOperationException($"v1 was not committed: {(await StateAsync())?.ToJsonString()}");
        }
    }
}
