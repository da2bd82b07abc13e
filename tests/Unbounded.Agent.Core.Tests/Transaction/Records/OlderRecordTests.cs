using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Tests.Transaction.Records;

/// <summary>Records of a version that did not know a member yet: it has its default, not zero and not null.</summary>
public sealed class OlderRecordTests
{
    private static readonly UpdatePolicy Unusual = new()
    {
        Strategy = UpdateStrategy.Manual,
        HealthGate = new()
        {
            BootTimeout = TimeSpan.FromSeconds(7),
            Timeout = TimeSpan.FromSeconds(7),
            Settle = TimeSpan.FromSeconds(7),
            SystemPods = TimeSpan.FromSeconds(7),
            Url = "https://health.example/",
        },
        Rollback = new() { MaxAttempts = 7 },
        Drain = new() { Enabled = true, Timeout = TimeSpan.FromSeconds(7), PodGrace = TimeSpan.FromSeconds(7) },
    };

    public static TheoryData<string> PolicyMembers =>
    [
        "strategy", "healthGate", "rollback", "drain", "healthGate.bootTimeout", "healthGate.timeout", "healthGate.settle", "healthGate.systemPods", "rollback.maxAttempts",
        "drain.timeout", "drain.podGrace", "drain.enabled",
    ];

    [Theory]
    [MemberData(nameof(PolicyMembers))]
    public void Law15_AFrozenPolicyThatLacksAMember_HasItsDefault(string member)
    {
        var frozen = SampleRecords.Frozen("1.31.0", Unusual);
        var content = JsonNode.Parse(frozen.Content.Memory.Span)!.AsObject();
        var (parent, name) = Place(content["policy"]!.AsObject(), member);
        Assert.True(parent.Remove(name));

        var policy = (frozen with { Content = new(Encoding.UTF8.GetBytes(content.ToJsonString())) }).Thaw().Policy;

        Assert.Equal(Expected(member), policy);
    }

    [Fact]
    public void Law15_ARecordThatLacksAMember_LeadsToAPlanOrIsRefused()
    {
        var (read, refused) = (0, 0);
        foreach (var record in (AgentRecord[])[SampleRecords.AtRest(), SampleRecords.Full()])
        {
            foreach (var path in Members(JsonNode.Parse(RecordSerializer.Serialize(record))!, []))
            {
                var json = JsonNode.Parse(RecordSerializer.Serialize(record))!;
                Remove(json, path);
                try
                {
                    var older = RecordSerializer.Deserialize(Encoding.UTF8.GetBytes(json.ToJsonString()), "/record.json");
                    Assert.NotEmpty(Planner.Decide(older, Wanted.Nothing, new(DecideCase.Seen(), Discovery.Nothing, Requests.None), SampleRecords.Now).Describe());
                    Assert.NotNull(older.State.LastError);
                    RecordSerializer.Serialize(older);
                    read++;
                }
                catch (AgentException e)
                {
                    Assert.Equal(CoreErrors.RecordDamaged, e.Code);
                    refused++;
                }
            }
        }

        Assert.True(read > 40, $"{read} read");
        Assert.True(refused > 10, $"{refused} refused");
    }

    private static UpdatePolicy Expected(string member)
    {
        var defaults = new UpdatePolicy();
        return member switch
        {
            "strategy" => Unusual with { Strategy = defaults.Strategy },
            "healthGate" => Unusual with { HealthGate = defaults.HealthGate },
            "rollback" or "rollback.maxAttempts" => Unusual with { Rollback = defaults.Rollback },
            "drain" => Unusual with { Drain = defaults.Drain },
            "healthGate.bootTimeout" => Unusual with { HealthGate = Unusual.HealthGate with { BootTimeout = defaults.HealthGate.BootTimeout } },
            "healthGate.timeout" => Unusual with { HealthGate = Unusual.HealthGate with { Timeout = defaults.HealthGate.Timeout } },
            "healthGate.settle" => Unusual with { HealthGate = Unusual.HealthGate with { Settle = defaults.HealthGate.Settle } },
            "healthGate.systemPods" => Unusual with { HealthGate = Unusual.HealthGate with { SystemPods = defaults.HealthGate.SystemPods } },
            "drain.timeout" => Unusual with { Drain = Unusual.Drain with { Timeout = defaults.Drain.Timeout } },
            "drain.podGrace" => Unusual with { Drain = Unusual.Drain with { PodGrace = defaults.Drain.PodGrace } },
            _ => Unusual with { Drain = Unusual.Drain with { Enabled = defaults.Drain.Enabled } },
        };
    }

    private static (JsonObject Parent, string Name) Place(JsonObject root, string path)
    {
        var names = path.Split('.');
        return (names[..^1].Aggregate(root, (at, n) => at[n]!.AsObject()), names[^1]);
    }

    private static IEnumerable<object[]> Members(JsonNode node, object[] path) => node switch
    {
        JsonObject o => o.SelectMany(m => (IEnumerable<object[]>)[[.. path, m.Key], .. m.Value is { } v ? Members(v, [.. path, m.Key]) : []]),
        JsonArray a => a.SelectMany((v, i) => v is null ? [] : Members(v, [.. path, i])),
        _ => [],
    };

    private static void Remove(JsonNode json, object[] path)
    {
        var parent = path[..^1].Aggregate(json, (at, step) => step is int i ? at[i]! : at[(string)step]!);
        parent.AsObject().Remove((string)path[^1]);
    }
}
