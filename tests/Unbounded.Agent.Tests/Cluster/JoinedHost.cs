using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Cluster;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Cluster;

/// <summary>A host's files and its part in a cluster of one fake API server.</summary>
internal sealed class JoinedHost : IAsyncDisposable
{
    public static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");

    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(2));
    private readonly Channel<bool> _woken = Channel.CreateUnbounded<bool>();
    private Task _running = Task.CompletedTask;

    private JoinedHost(FakeApiServer server)
    {
        Server = server;
        Files = new DesiredFiles(Host.Store, Host.Paths, new MachineGeneration(Host.Store, Host.Paths, mayWrite: true));
        Member = new ClusterMember(
            new DesiredFiles(Host.Store, Host.Paths, new MachineGeneration(Host.Store, Host.Paths, mayWrite: false)), new ClusterEndpoints(Host.Paths, new ChildProcess(TimeProvider.System), TimeProvider.System), Host.Store, Host.Paths, TimeProvider.System, NullLoggerFactory.Instance);
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

    public void WriteIdentity(string token) => Host.Write(
        Host.Paths.Kubeconfig,
        $$"""
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "{{Server.Address.AbsoluteUri}}"} }]
        users: [{name: u, user: {token: {{token}} } }]

        """);

    public void Run() => _running = Member.RunAsync(() => _woken.Writer.TryWrite(true), _end.Token);

    /// <summary>Waits for a wake-up after which something is true.</summary>
    public async Task WokenAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await _woken.Reader.ReadAsync(Limit);
    }

    /// <summary>Creates this host's Machine, as a person does.</summary>
    public Task CreateMachineAsync(string version) => Admin.CreateAsync(
        Machines,
        Encoding.UTF8.GetBytes($$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"edge-1"},"spec":{"kubernetes":{"version":"{{version}}"} } }"""),
        Limit);

    /// <summary>Waits until the Machine on the server is so.</summary>
    public async Task<JsonObject> MachineAsync(Func<JsonObject, bool> condition)
    {
        var reflector = new Kubernetes.Watching.Reflector(
            Admin, Machines, Selection.Named("edge-1"), new Kubernetes.Watching.ReflectorOptions { FirstRetry = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1));
        await foreach (var reflection in reflector.FollowAsync(Limit))
        {
            var item = reflection switch
            {
                Kubernetes.Watching.Reflection.Listed { Objects: [var first] } => first,
                Kubernetes.Watching.Reflection.Changed changed => changed.Item,
                _ => null,
            };
            if (item is not null && JsonNode.Parse(item.Json.Span) is JsonObject machine && condition(machine))
                return machine;
        }

        throw new TimeoutException("the Machine never became so");
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
