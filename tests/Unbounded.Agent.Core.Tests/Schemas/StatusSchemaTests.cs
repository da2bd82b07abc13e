using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Tests.Schemas;

public sealed class StatusSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.Load("status.schema.json");

    private static JsonObject Sample() => JsonNode.Parse("""
        {
          "phase": "rolled_back", "activeSlot": "kube1", "targetImage": "dir:///srv/v2", "attempts": 1,
          "lastError": { "code": "UBA-1030", "message": "m", "cause": "c", "nextStep": "n" },
          "slots": [
            { "name": "kube1", "state": "running", "image": "dir:///srv/v1", "digest": "sha256:00ff", "kubernetesVersion": "1.33.1" },
            { "name": "kube2", "state": "empty", "image": null, "digest": null, "kubernetesVersion": null }
          ],
          "lastTransition": {
            "from": "kube1", "to": "kube2", "result": "rolled-back", "startedAt": "2025-03-04T03:06:07Z", "finishedAt": "2025-03-04T03:07:37Z",
            "downtimeMilliseconds": 5690, "steps": [{ "name": "prepare", "milliseconds": 80 }]
          }
        }
        """)!.AsObject();

    [Fact]
    public void Schema_Sample_IsValid() => Assert.Empty(Schema.Validate(Sample()));

    [Fact]
    public void Schema_FreshNode_IsValid()
    {
        var status = Sample();
        foreach (var name in new[] { "activeSlot", "targetImage", "lastError", "lastTransition" })
            status[name] = null;
        Assert.Empty(Schema.Validate(status));
    }

    [Fact]
    public void Schema_EveryField_IsRequired()
    {
        foreach (var path in Schema.Paths())
        {
            var status = Sample();
            var names = path[2..].Replace("[]", ".0", StringComparison.Ordinal).Split('.');
            JsonNode parent = status;
            foreach (var name in names[..^1])
                parent = name == "0" ? parent[0]! : parent[name]!;
            Assert.True(parent.AsObject().Remove(names[^1]), path);
            Assert.NotEmpty(Schema.Validate(status));
        }
    }

    [Theory]
    [InlineData("phase", "\"Ready\"")]
    [InlineData("attempts", "-1")]
    [InlineData("slots", "{}")]
    [InlineData("lastError", "{\"code\":\"1030\",\"message\":\"m\",\"cause\":\"c\",\"nextStep\":\"n\"}")]
    public void Schema_BadValue_IsInvalid(string name, string value)
    {
        var status = Sample();
        status[name] = JsonNode.Parse(value);
        Assert.NotEmpty(Schema.Validate(status));
    }

    [Fact]
    public void Schema_Names_AreThoseOfTheCore()
    {
        Assert.Equal(Names<Phase>(JsonNamingPolicy.SnakeCaseLower), Enumerated("phase"));
        Assert.Equal(Names<SlotState>(JsonNamingPolicy.KebabCaseLower), Enumerated("slots", "items", "properties", "state"));
        Assert.Equal(Names<TransitionResult>(JsonNamingPolicy.KebabCaseLower), Enumerated("lastTransition", "properties", "result").Where(n => n is not null));
    }

    private static IEnumerable<string?> Names<T>(JsonNamingPolicy policy)
        where T : struct, Enum => Enum.GetNames<T>().Select(policy.ConvertName);

    private static IEnumerable<string?> Enumerated(params string[] place)
    {
        JsonNode node = Schema.Root["properties"]!;
        foreach (var name in place)
            node = node[name]!;
        return node["enum"]!.AsArray().Select(n => (string?)n);
    }
}
