using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Kubernetes.Tests.Watching;

/// <summary>Watches that are cut, forgotten, or answered with garbage.</summary>
public sealed class BrokenWatchTests : IAsyncLifetime
{
    private static readonly ResourcePath Maps = new("v1", "configmaps", "default");
    private static readonly ReflectorOptions Quick = new() { FirstRetry = TimeSpan.FromMilliseconds(1), LongestRetry = TimeSpan.FromMilliseconds(5) };

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = new KubernetesClient(
            _server.Admin, new ClientOptions { FirstRetry = TimeSpan.FromMilliseconds(1), MaxObjectBytes = 1 << 20 }, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Reflector_WatchCutAgainAndAgain_MissesNothingAndListsOnce()
    {
        await CreateAsync("x");
        var seen = new List<string>();
        await foreach (var reflection in Reflect())
        {
            if (reflection is Reflection.Listed)
            {
                await ChangeAsync("x", "1");
            }
            else if (reflection is Reflection.Changed { Item: var item })
            {
                var value = (string)JsonNode.Parse(item.Json.Span)!["data"]!["a"]!;
                seen.Add(value);
                if (value == "4")
                    break;
                _server.CutWatches();
                await ChangeAsync("x", value == "1" ? "2" : value == "2" ? "3" : "4");
            }
        }

        Assert.Equal(["1", "2", "3", "4"], seen);
        Assert.Single(Lists());
    }

    [Fact]
    public async Task Reflector_HistoryForgotten_ListsAgain()
    {
        await CreateAsync("x");
        var lists = 0;
        await foreach (var reflection in Reflect())
        {
            if (reflection is not Reflection.Listed)
                continue;
            if (++lists == 2)
                break;
            _server.Compact();
            _server.CutWatches();
            await CreateAsync("y");
        }

        Assert.Equal(2, Lists().Count);
    }

    [Fact]
    public async Task Reflector_KindMissing_SaysSoAndFindsItLater()
    {
        _server.Fail(404, "404 page not found");
        var told = new List<string>();
        await foreach (var reflection in Reflect())
        {
            told.Add(reflection is Reflection.Lost { Error: var e } ? e.Code.Id : reflection.GetType().Name);
            if (reflection is Reflection.Listed)
                break;
        }

        Assert.Equal([KubernetesErrors.KindMissing.Id, nameof(Reflection.Listed)], told);
    }

    [Fact]
    public async Task Reflector_ServerRefusesTheWatch_WaitsLongerEachTime()
    {
        var time = new CountedTime();
        for (var i = 0; i < 6; i++)
            _server.Fail(403, new JsonObject { ["kind"] = "Status", ["message"] = "no" }.ToJsonString());
        var options = new ReflectorOptions { FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromSeconds(8) };
        var losses = 0;
        await foreach (var reflection in new Reflector(_client, Maps, Selection.All, options, time, new Random(7)).FollowAsync(_limit.Token))
        {
            losses += reflection is Reflection.Lost ? 1 : 0;
            if (reflection is Reflection.Listed)
                break;
        }

        Assert.Equal(6, losses);
        var pauses = time.Pauses;
        Assert.All(pauses.Zip([1.0, 2, 4, 8, 8, 8]), p => Assert.InRange(p.First.TotalSeconds, p.Second / 2, p.Second));
        Assert.Equal(6, pauses.Count);
    }

    [Theory]
    [InlineData("garbage\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{}}}\n")]
    [InlineData("[1]\n")]
    public async Task Watch_OfGarbage_IsUnreadable(string line)
    {
        _server.Fail(context => context.Response.WriteAsync(line));

        var error = await Assert.ThrowsAsync<AgentException>(WatchAsync);

        Assert.Equal(KubernetesErrors.AnswerUnreadable, error.Code);
    }

    [Fact]
    public async Task Watch_CutInTheMiddleOfAnEvent_IsUnreachableAndNoEvent()
    {
        _server.Fail(context => context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"1"}"""));

        var error = await Assert.ThrowsAsync<AgentException>(WatchAsync);

        Assert.Equal(KubernetesErrors.Unreachable, error.Code);
    }

    [Fact]
    public async Task Watch_WithALineThatNeverEnds_IsRefusedAtTheLimit()
    {
        _server.Fail(async context =>
        {
            var part = Encoding.ASCII.GetBytes(new string('x', 64 << 10));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
        });

        var error = await Assert.ThrowsAsync<AgentException>(WatchAsync);

        Assert.Equal(KubernetesErrors.AnswerTooLarge, error.Code);
    }

    [Fact]
    public async Task Watch_TypesOfALaterVersion_AreLeftOut()
    {
        const string Lines = """
            {"type":"REWOUND","object":{"metadata":{"name":"x","resourceVersion":"7"}}}

            {"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"8"}}}
            """;
        _server.Fail(context => context.Response.WriteAsync(Lines + "\n"));

        var events = await EventsAsync();

        Assert.Equal("8", Assert.Single(events).ResourceVersion);
    }

    [Fact]
    public async Task Watch_ManyEventsInOddPieces_AreCutAtTheirEnds()
    {
        var lines = string.Concat(Enumerable.Range(1, 300).Select(i =>
            $$"""{"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"{{i}}"},"data":"{{new string('é', i * 7 % 5000)}}"} }""" + "\n"));
        var bytes = Encoding.UTF8.GetBytes(lines);
        _server.Fail(async context =>
        {
            for (var at = 0; at < bytes.Length; at += 4097)
            {
                await context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(4097, bytes.Length - at)));
                await context.Response.Body.FlushAsync();
            }
        });

        var events = await EventsAsync();

        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"{i}"), events.Select(e => e.ResourceVersion));
        Assert.All(events, (e, i) => Assert.Equal((i + 1) * 7 % 5000, ((string)JsonNode.Parse(e.Item.Json.Span)!["data"]!).Length));
    }

    private async Task WatchAsync() => await EventsAsync();

    private async Task<List<WatchEvent>> EventsAsync()
    {
        var events = new List<WatchEvent>();
        await foreach (var happened in _client.WatchAsync(Maps, Selection.All, "1", _limit.Token))
            events.Add(happened);
        return events;
    }

    private IAsyncEnumerable<Reflection> Reflect() =>
        new Reflector(_client, Maps, Selection.All, Quick, TimeProvider.System, new Random(7)).FollowAsync(_limit.Token);

    private List<string> Lists() => [.. _server.Requests.Where(r => r.StartsWith("GET", StringComparison.Ordinal) && !r.Contains("watch=true", StringComparison.Ordinal))];

    private Task CreateAsync(string name) => _client.CreateAsync(
        Maps, Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"} }"""), _limit.Token);

    private Task ChangeAsync(string name, string value) => _client.MergePatchAsync(
        Maps.Of(name), Encoding.UTF8.GetBytes($$"""{"data":{"a":"{{value}}"} }"""), _limit.Token);

    /// <summary>A clock on which every pause ends at once, and is counted.</summary>
    private sealed class CountedTime : TimeProvider
    {
        private readonly List<TimeSpan> _pauses = [];

        public IReadOnlyList<TimeSpan> Pauses
        {
            get
            {
                lock (_pauses)
                    return [.. _pauses];
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_pauses)
                _pauses.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }
}
