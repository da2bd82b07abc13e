using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Core.Tests.Configuration;
using Unbounded.Agent.Core.Tests.Schemas;

namespace Unbounded.Agent.Core.Tests.Generated;

/// <summary>What holds for every valid configuration, tried on generated ones.</summary>
public sealed class GeneratedConfigTests
{
    private const int Cases = 1000;

    private static IEnumerable<(int Seed, JsonObject Json, AgentConfig Config)> All()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var json = new ConfigGenerator(seed).Make();
            yield return (seed, json, AgentConfigParser.Parse(TestConfig.Bytes(json)).Config);
        }
    }

    [Fact]
    public void Parse_Generated_IsAcceptedWithoutAWarningAndValidBySchema()
    {
        var schema = JsonSchema.Load("config.schema.json");
        foreach (var (seed, json, _) in All())
        {
            Assert.True(AgentConfigParser.Parse(TestConfig.Bytes(json)).Warnings.Count == 0, $"seed {seed}");
            Assert.True(schema.Validate(json) is [], $"seed {seed}: {string.Join("; ", schema.Validate(json))}");
        }
    }

    [Fact]
    public void Serialize_LoadAndSerializeAgain_GivesTheSameBytes()
    {
        foreach (var (seed, _, config) in All())
        {
            var bytes = AppliedConfig.Serialize(config);
            var loaded = AppliedConfig.Load("x", bytes, AppliedConfig.Sidecar(bytes));
            Assert.True(loaded.Verified && loaded.Warnings.Count == 0, $"seed {seed}");
            Assert.True(bytes.AsSpan().SequenceEqual(AppliedConfig.Serialize(loaded.Config)), $"seed {seed}");
            Assert.NotEqual((byte)'\n', bytes[^1]);
        }
    }

    [Fact]
    public void Serialize_WhatItWrote_MeansTheSameToAnyJsonReader()
    {
        foreach (var (seed, json, config) in All())
        {
            var written = JsonNode.Parse(AppliedConfig.Serialize(config))!;
            Assert.Equal((string?)json["MachineName"], (string?)written["MachineName"]);
            Assert.Equal(((string)json["Cluster"]!["Version"]!).TrimStart('v'), (string?)written["Cluster"]!["Version"]);
            if (json["Kubelet"]!["Auth"]!["ExecCredential"]?["args"] is { } arguments)
                Assert.True(JsonNode.DeepEquals(arguments, written["Kubelet"]!["Auth"]!["ExecCredential"]!["args"]), $"seed {seed}");
            if (json["Kubelet"]!["Configuration"] is { } configuration)
                Assert.True(SameValues(configuration, written["Kubelet"]!["Configuration"]), $"seed {seed}");
        }
    }

    [Fact]
    public void Compare_WithItselfAfterATrip_IsNoDriftAndOneTarget()
    {
        foreach (var (seed, _, config) in All())
        {
            var loaded = AppliedConfig.Load("x", AppliedConfig.Serialize(config), sidecar: null).Config;
            Assert.True(ConfigDrift.Compare(config, loaded, nodeHasCertificate: false).Count == 0, $"seed {seed}");
            Assert.True(TargetFingerprint.Compute(config, seed) == TargetFingerprint.Compute(loaded, seed), $"seed {seed}");
        }
    }

    // The law that ties the two together: a swap is due exactly when the target is another one.
    [Fact]
    public void Compare_AnyTwo_NeedASwapExactlyWhenTheirTargetsDiffer()
    {
        AgentConfig? before = null;
        var same = 0;
        foreach (var (seed, _, config) in All())
        {
            var other = seed % 3 == 0 && before is not null
                ? config with { Kubelet = config.Kubelet with { Labels = before.Kubelet.Labels, RegisterWithTaints = before.Kubelet.RegisterWithTaints }, Downloads = before.Downloads }
                : before ?? config;
            var swaps = ConfigDrift.Compare(config, other, nodeHasCertificate: true).Any(d => d.Effect == DriftEffect.Swap);
            Assert.True(swaps == (TargetFingerprint.Compute(config, 1) != TargetFingerprint.Compute(other, 1)), $"seed {seed}");
            same += swaps ? 0 : 1;
            before = config;
        }

        Assert.InRange(same, Cases / 4, Cases / 2);
    }

    [Fact]
    public void Compare_TurnedRound_NamesTheSameFields()
    {
        AgentConfig? before = null;
        foreach (var (_, _, config) in All())
        {
            var there = ConfigDrift.Compare(before ?? config, config, nodeHasCertificate: false);
            var back = ConfigDrift.Compare(config, before ?? config, nodeHasCertificate: false);
            Assert.Equal(there.Select(d => (d.Field, d.Effect)), back.Select(d => (d.Field, d.Effect)));
            before = config;
        }
    }

    [Fact]
    public void Law16_AnyConfiguration_ShowsNoSecretInAnyText()
    {
        foreach (var (seed, json, config) in All())
        {
            var text = config + string.Join(' ', ConfigDrift.Compare(TestConfig.Parsed(TestConfig.Minimal()), config, nodeHasCertificate: false));
            Assert.False(text.Contains(TestConfig.Token, StringComparison.Ordinal), $"seed {seed}");
            if (json["Kubelet"]!["Auth"]!["ExecCredential"]?["env"]?[0]!["value"] is { } value && (string)value! != "")
                Assert.False(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Contains((string)value!, StringComparison.Ordinal), $"seed {seed}");
        }
    }

    // Numbers are compared as Go keeps them, as doubles.
    private static bool SameValues(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (null, null) => true,
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(m => b.TryGetPropertyValue(m.Key, out var value) && SameValues(m.Value, value)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(p => SameValues(p.First, p.Second)),
        (JsonValue a, JsonValue b) when a.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            double.Parse(a.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) == double.Parse(b.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture),
        _ => JsonNode.DeepEquals(one, other),
    };
}
