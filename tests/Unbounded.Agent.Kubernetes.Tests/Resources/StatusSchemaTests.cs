using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Schemas;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class StatusSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.Load("status.schema.json");

    private static JsonObject Written(MachineStatus status) => JsonNode.Parse(MachineStatusWriter.ToJson(status))!.AsObject();

    [Fact]
    public void Schema_WhatTheWriterWrites_IsValid()
    {
        Assert.Empty(Schema.Validate(Written(MachineStatusWriterTests.Full)));
        Assert.Empty(Schema.Validate(Written(new MachineStatus())));
        Assert.Empty(Schema.Validate(Written(MachineStatusWriterTests.Full with { LastTransition = new TransitionStatus { To = "kube1" } })));
    }

    [Fact]
    public void Schema_AndWriter_KnowTheSameFields()
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        Collect(Written(MachineStatusWriterTests.Full), "$", written);
        Assert.Equal(written.Order(StringComparer.Ordinal), Schema.Paths().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schema_EveryField_IsRequired()
    {
        foreach (var path in Schema.Paths())
        {
            var status = Written(MachineStatusWriterTests.Full);
            var names = path[2..].Replace("[]", ".0", StringComparison.Ordinal).Split('.');
            JsonNode parent = status;
            foreach (var name in names[..^1])
                parent = name == "0" ? parent[0]! : parent[name]!;
            Assert.True(parent.AsObject().Remove(names[^1]), path);
            Assert.NotEmpty(Schema.Validate(status));
        }
    }

    [Theory]
    [InlineData("phase", "\"idle\"")]
    [InlineData("attempts", "-1")]
    [InlineData("slots", "{}")]
    [InlineData("lastError", "{\"code\":\"1030\",\"message\":\"m\",\"cause\":\"c\",\"nextStep\":\"n\"}")]
    public void Schema_BadValue_IsInvalid(string name, string value)
    {
        var status = Written(MachineStatusWriterTests.Full);
        status[name] = JsonNode.Parse(value);
        Assert.NotEmpty(Schema.Validate(status));
    }

    [Fact]
    public void Schema_Names_AreThoseOfTheTypes()
    {
        Assert.Equal(Enum.GetNames<MachinePhase>(), Enumerated("phase"));
        Assert.Equal(Enum.GetNames<SlotState>(), Enumerated("slots", "items", "properties", "state"));
        Assert.Equal(Enum.GetNames<TransitionResult>().Order(StringComparer.Ordinal), Enumerated("lastTransition", "properties", "result").OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal(Enum.GetNames<ConditionStatus>(), Enumerated("conditions", "items", "properties", "status"));
    }

    private static void Collect(JsonNode? node, string path, HashSet<string> paths)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            paths.Add($"{path}.{name}");
            Collect(value, $"{path}.{name}", paths);
        }

        foreach (var item in node as JsonArray ?? [])
            Collect(item, path + "[]", paths);
    }

    private static IEnumerable<string?> Enumerated(params string[] place)
    {
        JsonNode node = Schema.Root["properties"]!;
        foreach (var name in place)
            node = node[name]!;
        return node["enum"]!.AsArray().Select(n => (string?)n);
    }
}
