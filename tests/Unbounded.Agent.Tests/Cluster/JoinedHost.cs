using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Cluster;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Cluster;

/// <summary>A host's files and its part in a cluster of one fake API server.</summary>
internal sealed class JoinedHost : IAsyncDisposable
{
    public static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");
    public static readonly ResourcePath Nodes = new("v1", "nodes");

    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(2));
    private readonly Channel<bool> _woken = Channel.CreateUnbounded<bool>();
    private Task _running = Task.CompletedTask;

    private JoinedHost(FakeApiServer server)
    {
        Server = server;
        Files = new DesiredFiles(Host.Store, Host.Paths, new MachineGeneration(Host.Store, Host.Paths, mayWrite: true));
        Member = new ClusterMember(
            new DesiredFiles(Host.Store, Host.Paths, new MachineGeneration(Host.Store, Host.Paths, mayWrite: false)), new ClusterEndpoints(Host.Paths, Host.Store, new ChildProcess(TimeProvider.System), TimeProvider.System), Host.Store, Host.Paths, TimeProvider.System, NullLoggerFactory.Instance);
        Admin = new KubernetesClient(server.Admin, new ClientOptions(), TimeProvider.System);
    }

    public Host Host { get; } = new();

    public FakeApiServer Server { get; }

    public DesiredFiles Files { get; }

    public ClusterMember Member { get; }

    public KubernetesClient Admin { get; }

    public CancellationToken Limit => _end.Token;

    /// <summary>A host with a configuration that names the server, and an identity; nothing runs yet.</summary>
    public static async Task<JoinedHost> CreateAsync()
    {
        var host = new JoinedHost(await FakeApiServer.StartAsync());
        Host.Write(host.Host.Paths.ConfigFile, host.Config());
        host.WriteIdentity(FakeApiServer.AdminToken);
        return host;
    }

    public string Config() =>
        $$"""
        { "MachineName": "edge-1", "NodeName": "node-1", "Cluster": { "Version": "1.30.1", "CaCertBase64": "{{Base64(Server.AuthorityPem)}}" },
          "Kubelet": { "ApiServer": "{{Server.Address.AbsoluteUri.TrimEnd('/')}}", "Auth": { "BootstrapToken": "abcdef.0123456789abcdef" } }, "OCIImage": "oci-layout:///images:v1" }
        """;

    /// <summary>Whose identity the configuration means.</summary>
    public IdentityOwner Owner() => new("edge-1", Server.Address.AbsoluteUri.TrimEnd('/'), Base64(Server.AuthorityPem));

    public void WriteIdentity(string token, string context = "c") => Host.Write(
        Host.Paths.Kubeconfig,
        $$"""
        current-context: {{context}}
        contexts: [{name: {{context}}, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "{{Server.Address.AbsoluteUri}}"} }]
        users: [{name: u, user: {token: {{token}} } }]

        """);

    /// <summary>The host says how it is.</summary>
    public void Offer(MachineStatus status, AgentRecord? record = null, Plan? plan = null) =>
        Member.Offer(new StatusSnapshot(record, Slots: null, plan, DateTimeOffset.UnixEpoch), status);

    /// <summary>The record of a host whose side carries these labels and taints.</summary>
    public static AgentRecord Labelled(IReadOnlyDictionary<string, string> labels, params string[] taints)
    {
        var config = new AgentConfig
        {
            MachineName = "edge-1",
            Cluster = new ClusterConfig { Version = "1.30.1" },
            Kubelet = new KubeletConfig { Labels = labels, RegisterWithTaints = taints },
        };
        return Records.Installed with { Active = Records.Installed.Active! with { AppliedConfig = new(AppliedConfig.Serialize(config)) } };
    }

    /// <summary>Registers this host's Node, as a kubelet does.</summary>
    public Task CreateNodeAsync(string spec = "{}", string metadata = "") => Admin.CreateAsync(
        Nodes,
        Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-1"{{metadata}} },"spec":{{spec}} }"""),
        Limit);

    /// <summary>Waits until the Node on the server is so.</summary>
    public Task<JsonObject> NodeAsync(Func<JsonObject, bool> condition) => ObjectAsync(Nodes, "node-1", condition);

    /// <summary>Waits until there is such an event.</summary>
    public async Task<JsonObject> EventAsync(Func<JsonObject, bool> condition) => await ObjectAsync(new ResourcePath("v1", "events", "default"), null, condition);

    /// <summary>Runs the member.</summary>
    /// <param name="first">What happens at its first wake-up.</param>
    public void Run(Action? first = null) => _running = Member.RunAsync(
        () =>
        {
            _woken.Writer.TryWrite(true);
            Interlocked.Exchange(ref first, null)?.Invoke();
        },
        _end.Token);

    /// <summary>Waits for a wake-up after which something is true.</summary>
    public async Task WokenAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await _woken.Reader.ReadAsync(Limit);
    }

    /// <summary>Waits for the next wake-up after which something is true.</summary>
    public async Task WokenNextAsync(Func<bool> condition)
    {
        do
            await _woken.Reader.ReadAsync(Limit);
        while (!condition());
    }

    /// <summary>Creates this host's Machine, as a person does.</summary>
    public Task CreateMachineAsync(string version) => Admin.CreateAsync(
        Machines,
        Encoding.UTF8.GetBytes($$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"edge-1"},"spec":{"kubernetes":{"version":"{{version}}"} } }"""),
        Limit);

    /// <summary>Waits until the Machine on the server is so.</summary>
    public Task<JsonObject> MachineAsync(Func<JsonObject, bool> condition) => ObjectAsync(Machines, "edge-1", condition);

    /// <summary>Waits until there is such an object on the server.</summary>
    public async Task<JsonObject> ObjectAsync(ResourcePath path, string? name, Func<JsonObject, bool> condition)
    {
        var reflector = new Kubernetes.Watching.Reflector(
            Admin, path, name is null ? Selection.All : Selection.Named(name), new Kubernetes.Watching.ReflectorOptions { FirstRetry = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1));
        await foreach (var reflection in reflector.FollowAsync(Limit))
        {
            IReadOnlyList<ApiObject> items = reflection switch
            {
                Kubernetes.Watching.Reflection.Listed listed => listed.Objects,
                Kubernetes.Watching.Reflection.Changed changed => [changed.Item],
                _ => [],
            };
            if (items.Select(i => (JsonObject)JsonNode.Parse(i.Json.Span)!).FirstOrDefault(condition) is { } found)
                return found;
        }

        throw new TimeoutException("it never became so");
    }

    public int StatusWrites() => Server.Requests.Count(r => r.StartsWith("PATCH", StringComparison.Ordinal) && r.Contains("/status", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        Admin.Dispose();
        await Server.DisposeAsync();
        Host.Dispose();
        _end.Dispose();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
