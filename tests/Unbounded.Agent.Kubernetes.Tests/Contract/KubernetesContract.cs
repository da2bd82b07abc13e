using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Kubernetes.Tests.Contract;

/// <summary>What the client and a server do together: passed by the fake server and by the real one, over HTTP/1.1 and HTTP/2.</summary>
public abstract class KubernetesContract : IDisposable
{
    protected static readonly ResourcePath ConfigMaps = new("v1", "configmaps", "default");
    protected static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly List<KubernetesClient> _clients = [];
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    protected CancellationToken Stop => _limit.Token;

    protected abstract Task<ContractServer> ServerAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task CreateAndGet_UnknownFields_AreKept(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("kept");

        var made = await client.CreateAsync(Machines, Machine(name, """{"pxe":{"mac":"aa:bb"},"agent":{"image":"oci-layout:///x:v1"}}"""), Stop);
        var read = await client.GetAsync(Machines.Of(name), Stop);

        Assert.Equal(made.Meta, read.Meta);
        Assert.Equal(1, read.Meta.Generation);
        Assert.NotEmpty(read.Meta.Uid!);
        Assert.Equal("aa:bb", (string?)Json(read)["spec"]!["pxe"]!["mac"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Create_OfWhatIsThere_IsAlreadyExists(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("twice");
        await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);

        await RefusedAsync(KubernetesErrors.AlreadyExists, () => client.CreateAsync(ConfigMaps, ConfigMap(name), Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Get_OfNothing_TellsAnObjectFromAKind(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);

        await RefusedAsync(KubernetesErrors.NotFound, () => client.GetAsync(Machines.Of(Name("none")), Stop));
        await RefusedAsync(KubernetesErrors.KindMissing, () => client.GetAsync(new ResourcePath("nothing.example/v1", "things", null, "x"), Stop));
        await RefusedAsync(KubernetesErrors.KindMissing, () => client.ListPageAsync(new ResourcePath("nothing.example/v1", "things"), Selection.All, null, Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task List_InPages_GivesEveryObjectOnce(string http)
    {
        var client = Client((await ServerAsync()).Admin, http, new ClientOptions { PageSize = 2 });
        var label = Name("pages");
        var names = Enumerable.Range(0, 5).Select(i => $"{label}-{i}").ToList();
        foreach (var name in names)
            await client.CreateAsync(ConfigMaps, ConfigMap(name, label), Stop);

        var first = await client.ListPageAsync(ConfigMaps, new Selection(Labels: $"test={label}"), null, Stop);
        var all = new List<string>();
        await foreach (var item in client.ListAsync(ConfigMaps, new Selection(Labels: $"test={label}"), Stop))
            all.Add(item.Meta.Name);

        Assert.Equal(2, first.Items.Count);
        Assert.NotNull(first.Continue);
        Assert.Equal(names, all);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task MergePatch_OfASpec_ChangesAndRemoves(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("merge");
        await client.CreateAsync(Machines, Machine(name, """{"operations":{"rebootCounter":1,"repaveCounter":1}}"""), Stop);

        var after = await client.MergePatchAsync(Machines.Of(name), """{"spec":{"operations":{"rebootCounter":2,"repaveCounter":null}}}"""u8.ToArray(), Stop);

        Assert.Equal(2, after.Meta.Generation);
        Assert.Equal("""{"rebootCounter":2}""", Json(after)["spec"]!["operations"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Status_IsChangedThroughItsOwnDoorOnly(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("status");
        await client.CreateAsync(Machines, Machine(name, """{"operations":{"rebootCounter":1}}"""), Stop);

        await client.MergePatchAsync(Machines.Of(name), """{"status":{"message":"through the front"}}"""u8.ToArray(), Stop);
        var after = await client.MergePatchAsync(
            Machines.Of(name).Status, """{"status":{"message":"well"},"spec":{"operations":{"rebootCounter":9}}}"""u8.ToArray(), Stop);

        Assert.Equal(1, after.Meta.Generation);
        Assert.Equal("well", (string?)Json(after)["status"]!["message"]);
        Assert.Equal(1, (long)Json(after)["spec"]!["operations"]!["rebootCounter"]!);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Apply_FieldsNoLongerNamed_Go(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("apply");
        await client.CreateAsync(Machines, Machine(name, "{}"), Stop);
        var path = Machines.Of(name).Status;

        await client.ApplyAsync(path, Status(name, """{"message":"one","attempts":1,"conditions":[{"type":"Ready","status":"True","reason":"A","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}"""), "agent", true, Stop);
        await client.ApplyAsync(path, Status(name, """{"conditions":[{"type":"Watched","status":"True","reason":"B","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}"""), "other", true, Stop);
        var after = await client.ApplyAsync(path, Status(name, """{"message":"two","conditions":[{"type":"Ready","status":"False","reason":"C","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}"""), "agent", true, Stop);

        var status = Json(after)["status"]!;
        Assert.Equal("two", (string?)status["message"]);
        Assert.Null(status["attempts"]);
        Assert.Equal(["Ready=C", "Watched=B"], status["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["reason"]}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Apply_OfAnothersField_IsAConflictUnlessForced(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("owned");
        await client.CreateAsync(Machines, Machine(name, "{}"), Stop);
        var path = Machines.Of(name).Status;
        await client.ApplyAsync(path, Status(name, """{"message":"mine"}"""), "first", false, Stop);

        await RefusedAsync(KubernetesErrors.Conflict, () => client.ApplyAsync(path, Status(name, """{"message":"yours"}"""), "second", false, Stop));
        var after = await client.ApplyAsync(path, Status(name, """{"message":"yours"}"""), "second", true, Stop);

        Assert.Equal("yours", (string?)Json(after)["status"]!["message"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Apply_OfTheSameAgain_ChangesNothing(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("same");
        await client.CreateAsync(Machines, Machine(name, "{}"), Stop);
        var status = Status(name, """{"message":"same","attempts":3}""");
        var first = await client.ApplyAsync(Machines.Of(name).Status, status, "agent", true, Stop);

        var second = await client.ApplyAsync(Machines.Of(name).Status, status, "agent", true, Stop);

        Assert.Equal(first.Meta.ResourceVersion, second.Meta.ResourceVersion);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Delete_WithAnotherIdentity_IsAConflict(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("delete");
        var made = await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);

        await RefusedAsync(KubernetesErrors.Conflict, () => client.DeleteAsync(ConfigMaps.Of(name), new Preconditions(Uid: Guid.NewGuid().ToString()), Stop));
        await client.DeleteAsync(ConfigMaps.Of(name), new Preconditions(made.Meta.Uid, made.Meta.ResourceVersion), Stop);

        await RefusedAsync(KubernetesErrors.NotFound, () => client.DeleteAsync(ConfigMaps.Of(name), null, Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Replace_OfAnOldVersion_IsAConflict(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("replace");
        var made = await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);
        await client.MergePatchAsync(ConfigMaps.Of(name), """{"data":{"a":"2"}}"""u8.ToArray(), Stop);

        await RefusedAsync(KubernetesErrors.Conflict, () => client.ReplaceAsync(ConfigMaps.Of(name), made.Json, Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task MergePatch_OfAnOldVersion_IsAConflict(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("patch");
        var made = await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);
        var patch = System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"resourceVersion":"{{{made.Meta.ResourceVersion}}}"},"data":{"a":"2"} }""");
        await client.MergePatchAsync(ConfigMaps.Of(name), patch, Stop);

        await RefusedAsync(KubernetesErrors.Conflict, () => client.MergePatchAsync(ConfigMaps.Of(name), patch, Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Watch_OfOneName_TellsItsChangesOnly(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var (name, other) = (Name("seen"), Name("unseen"));
        var page = await client.ListPageAsync(ConfigMaps, Selection.Named(name), null, Stop);

        await client.CreateAsync(ConfigMaps, ConfigMap(other), Stop);
        await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);
        await client.MergePatchAsync(ConfigMaps.Of(name), """{"data":{"a":"2"}}"""u8.ToArray(), Stop);
        await client.DeleteAsync(ConfigMaps.Of(name), null, Stop);
        var events = new List<string>();
        await foreach (var happened in client.WatchAsync(ConfigMaps, Selection.Named(name), page.ResourceVersion, Stop))
        {
            if (happened.Type == WatchEventType.Bookmark)
                continue;
            events.Add($"{happened.Type} {happened.Item.Meta.Name}");
            if (happened.Type == WatchEventType.Deleted)
                break;
        }

        Assert.Equal([$"Added {name}", $"Modified {name}", $"Deleted {name}"], events);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Reflector_ListsThenFollows(string http)
    {
        var client = Client((await ServerAsync()).Admin, http);
        var name = Name("follow");
        await client.CreateAsync(ConfigMaps, ConfigMap(name), Stop);
        var reflector = new Reflector(client, ConfigMaps, Selection.Named(name), new ReflectorOptions(), TimeProvider.System, new Random(1));

        var seen = new List<string>();
        await foreach (var reflection in reflector.FollowAsync(Stop))
        {
            switch (reflection)
            {
                case Reflection.Listed listed:
                    seen.Add($"listed {listed.Objects.Count}");
                    await client.MergePatchAsync(ConfigMaps.Of(name), """{"data":{"a":"2"}}"""u8.ToArray(), Stop);
                    break;
                case Reflection.Changed changed when (string?)Json(changed.Item)["data"]!["a"] == "2":
                    seen.Add("changed");
                    await client.DeleteAsync(ConfigMaps.Of(name), null, Stop);
                    break;
                case Reflection.Deleted:
                    seen.Add("deleted");
                    break;
                default:
                    break;
            }

            if (seen[^1] == "deleted")
                break;
        }

        Assert.Equal(["listed 1", "changed", "deleted"], seen);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Credentials_ThatAreWrong_AreToldApart(string http)
    {
        var server = await ServerAsync();

        await RefusedAsync(KubernetesErrors.Forbidden, () => Client(server.Nobody, http).GetAsync(Machines.Of("x"), Stop));
        await RefusedAsync(
            KubernetesErrors.Unauthorized,
            () => Client(server.Admin with { Credentials = new FixedCredentials("abcdef.0123456789abcdef") }, http).GetAsync(Machines.Of("x"), Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Server_OfAnotherAuthority_IsNotTrusted(string http)
    {
        using var other = new StandIn.TestAuthority();
        var server = await ServerAsync();

        var error = await RefusedAsync(
            KubernetesErrors.Untrusted,
            () => Client(server.Admin with { Authorities = other.Pem }, http).GetAsync(Machines.Of("x"), Stop));

        Assert.Contains("not signed by the configured authority", error.Why, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected KubernetesClient Client(ClusterEndpoint endpoint, string http = "2.0", ClientOptions? options = null)
    {
        var client = new KubernetesClient(endpoint, (options ?? new()) with { HttpVersion = Version.Parse(http) }, TimeProvider.System);
        _clients.Add(client);
        return client;
    }

    // Servers are shared between runs and versions.
    protected string Name(string what) => $"{what}-{_run}";

    protected static JsonObject Json(ApiObject item) => (JsonObject)JsonNode.Parse(item.Json.Span)!;

    protected static ReadOnlyMemory<byte> ConfigMap(string name, string label = "none") => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","labels":{"test":"{{label}}"} },"data":{"a":"1"} }""");

    protected static ReadOnlyMemory<byte> Machine(string name, string spec) => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"{{name}}"},"spec":{{spec}} }""");

    protected static async Task<AgentException> RefusedAsync(ErrorCode code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AgentException>(call);
        Assert.True(error.Code == code, error.Message);
        return error;
    }

    private static ReadOnlyMemory<byte> Status(string name, string status) => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"{{name}}"},"status":{{status}} }""");
}
