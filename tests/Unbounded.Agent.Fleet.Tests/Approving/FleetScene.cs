using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Fleet.Controlling;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Kubernetes.Tests.Support;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Fleet.Tests.Approving;

/// <summary>A cluster's stand-in with machines, tokens and requests, and controllers that run.</summary>
internal sealed class FleetScene : IAsyncDisposable
{
    private static readonly ResourcePath Events = new("v1", "events", "default");

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private readonly List<(CancellationTokenSource Stop, Task Run)> _controllers = [];

    private FleetScene(FakeApiServer server)
    {
        Server = server;
        Client = new KubernetesClient(server.Admin, new ClientOptions(), TimeProvider.System);
    }

    public FakeApiServer Server { get; }

    public KubernetesClient Client { get; }

    public RecordedLog Log { get; } = new();

    public CancellationToken Limit => _limit.Token;

    public static async Task<FleetScene> CreateAsync() => new(await FakeApiServer.StartAsync());

    /// <summary>Starts a controller; the way to end it as SIGTERM does. No stall of the machine that runs the test ends its term, unless a test wants another to lead soon.</summary>
    public Func<Task> Control(string candidate = "one", int leaseSeconds = 3600)
    {
        var stop = new CancellationTokenSource();
        var controller = new FleetController(
            Server.Admin,
            new ControllerOptions { LeaseNamespace = "fleet", Candidate = candidate, Election = ElectionOptions.Lasting(TimeSpan.FromSeconds(leaseSeconds)) },
            TimeProvider.System,
            Random.Shared,
            Log);
        var run = controller.RunAsync(stop.Token);
        _controllers.Add((stop, run));
        return async () =>
        {
            await stop.CancelAsync();
            await run.WaitAsync(Limit);
        };
    }

    public Task MachineAsync(string name, string? token)
    {
        var spec = token is null ? "{}" : $$$$"""{"kubernetes":{"bootstrapTokenRef":{"name":"bootstrap-token-{{{{token}}}}"}}}""";
        return Client.CreateAsync(
            MachineClaim.Path,
            Encoding.UTF8.GetBytes($$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"{{name}}"},"spec":{{spec}} }"""),
            Limit);
    }

    public Task TokenAsync(string id) => Client.CreateAsync(
        new ResourcePath("v1", "secrets", "kube-system"), Encoding.UTF8.GetBytes(SecretOf(id).ToJsonString()), Limit);

    public static JsonObject SecretOf(string id, string? expiration = null)
    {
        var data = new JsonObject { ["token-id"] = Base64(id), ["token-secret"] = Base64("0123456789abcdef"), ["usage-bootstrap-authentication"] = Base64("true") };
        if (expiration is not null)
            data["expiration"] = Base64(expiration);
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = $"bootstrap-token-{id}" },
            ["type"] = "bootstrap.kubernetes.io/token",
            ["data"] = data,
        };
    }

    /// <summary>Files a request; a real server writes down itself who did.</summary>
    public async Task<string> FileAsync(string machine, string requester, MachineKey? key = null)
    {
        using var own = MachineKey.Create();
        var with = key ?? own;
        var request = JsonNode.Parse(SigningRequest.File(with.RequestNameFor(machine), with.RequestFor(machine)))!;
        request["spec"]!["username"] = requester;
        await Client.CreateAsync(SigningRequest.Path, Encoding.UTF8.GetBytes(request.ToJsonString()), Limit);
        return with.RequestNameFor(machine);
    }

    public async Task<bool> IsApprovedAsync(string request) => SigningRequest.Of(await Client.GetAsync(SigningRequest.Path.Of(request), Limit)).IsApproved;

    /// <summary>Waits until it is approved; told by a watch.</summary>
    public Task ApprovedAsync(string request) =>
        WaitAsync(SigningRequest.Path, Selection.Named(request), item => SigningRequest.Of(item).IsApproved);

    /// <summary>Waits until an event says that a request is left waiting; told by a watch.</summary>
    public async Task<JsonObject> ObjectedAsync(string request, string because = "")
    {
        JsonObject? found = null;
        await WaitAsync(Events, Selection.All, item =>
        {
            var happened = (JsonObject)JsonNode.Parse(item.Json.Span)!;
            var message = (string)happened["message"]!;
            if ((string?)happened["reason"] != "IdentityNotApproved" || !message.StartsWith(request, StringComparison.Ordinal) || !message.Contains(because, StringComparison.Ordinal))
                return false;
            found = happened;
            return true;
        });
        return found!;
    }

    /// <summary>How many events of a kind there are.</summary>
    public async Task<int> EventsAsync(string reason)
    {
        var found = 0;
        await foreach (var item in Client.ListAsync(Events, Selection.All, Limit))
            found += (string?)JsonNode.Parse(item.Json.Span)!["reason"] == reason ? 1 : 0;
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (stop, run) in _controllers)
        {
            await stop.CancelAsync();
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }

        Client.Dispose();
        await Server.DisposeAsync();
        _limit.Dispose();
    }

    private async Task WaitAsync(ResourcePath path, Selection selection, Func<ApiObject, bool> condition)
    {
        var reflector = new Reflector(Client, path, selection, new ReflectorOptions(), TimeProvider.System, new Random(1));
        await foreach (var reflection in reflector.FollowAsync(Limit))
        {
            IReadOnlyList<ApiObject> items = reflection switch
            {
                Reflection.Listed listed => listed.Objects,
                Reflection.Changed changed => [changed.Item],
                _ => [],
            };
            if (items.Any(condition))
                return;
        }

        throw new TimeoutException($"nothing of that among {path}: {string.Join('\n', Log.Lines)}");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
