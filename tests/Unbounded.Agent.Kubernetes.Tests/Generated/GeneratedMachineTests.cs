using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Resources.Yaml;
using Unbounded.Agent.Kubernetes.Tests.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Generated;

/// <summary>What holds for every valid Machine, tried on generated ones.</summary>
public sealed class GeneratedMachineTests
{
    private const int Cases = 1000;

    [Fact]
    public void Parse_YamlAndJsonOfOneMachine_AreTheSame()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var tree = Make(new Random(seed));
            var yaml = MachineFile.Parse(Encoding.UTF8.GetBytes(YamlEmitter.Write(tree)));
            var json = MachineJson.Parse(Encoding.UTF8.GetBytes(tree.ToJsonString()));
            Assert.True(yaml.Warnings.Count == 0 && json.Warnings.Count == 0, $"seed {seed}");
            Assert.True(MachineJson.Write(yaml.Machine).AsSpan().SequenceEqual(MachineJson.Write(json.Machine)), $"seed {seed}");
        }
    }

    [Fact]
    public void Write_WhatWasParsed_SaysWhatWasSaid()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var tree = Make(new Random(seed));
            var written = JsonNode.Parse(MachineJson.Write(MachineJson.Parse(Encoding.UTF8.GetBytes(tree.ToJsonString())).Machine))!.AsObject();
            written["spec"] ??= new JsonObject();
            Assert.True(JsonNode.DeepEquals(Sorted(tree), Sorted(written)), $"seed {seed}:\n{tree.ToJsonString()}\n{written.ToJsonString()}");
        }
    }

    [Fact]
    public void Merge_LabelsTaintsAndPolicy_NeverCostASwap()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var tree = Make(new Random(seed));
            var spec = tree["spec"]!.AsObject();
            spec.Remove("agent");
            (spec["kubernetes"] as JsonObject)?.Remove("version");
            var desired = DesiredStateMerger.Merge(TestMachine.Config, MachineJson.Parse(Encoding.UTF8.GetBytes(tree.ToJsonString())).Machine);
            var differences = ConfigDrift.Compare(TestMachine.Config, desired.Config, nodeHasCertificate: true);
            Assert.True(differences.All(d => d.Effect == DriftEffect.Live), $"seed {seed}: {string.Join("; ", differences)}");
            Assert.Equal(TargetFingerprint.Compute(TestMachine.Config, 0), TargetFingerprint.Compute(desired.Config, 0));
        }
    }

    [Fact]
    public void Merge_Policy_StaysWithinItsRanges()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var machine = MachineJson.Parse(Encoding.UTF8.GetBytes(Make(new Random(seed)).ToJsonString())).Machine;
            var policy = DesiredStateMerger.Merge(TestMachine.Config, machine).Policy;
            var defaults = new UpdatePolicy();
            Assert.Equal(machine.Spec.Update?.Drain?.PodGrace ?? defaults.Drain.PodGrace, policy.Drain.PodGrace);
            Assert.Equal(machine.Spec.Update?.HealthGate?.Settle ?? defaults.HealthGate.Settle, policy.HealthGate.Settle);
            Assert.Equal(machine.Spec.Update?.Strategy ?? defaults.Strategy, policy.Strategy);
            Assert.Equal(machine.Spec.Update?.Rollback?.MaxAttempts ?? defaults.Rollback.MaxAttempts, policy.Rollback.MaxAttempts);
        }
    }

    private static JsonObject Make(Random random)
    {
        var spec = new JsonObject();
        Maybe(random, spec, "kubernetes", () => Kubernetes(random));
        Maybe(random, spec, "agent", () => Agent(random));
        Maybe(random, spec, "operations", () => new JsonObject { ["rebootCounter"] = random.Next(9), ["repaveCounter"] = random.Next(9) });
        Maybe(random, spec, "update", () => Update(random));
        return new JsonObject
        {
            ["apiVersion"] = Machine.GroupVersion,
            ["kind"] = Machine.KindName,
            ["metadata"] = new JsonObject { ["name"] = "edge-7", ["generation"] = random.Next(100) },
            ["spec"] = spec,
        };
    }

    private static JsonObject Kubernetes(Random random)
    {
        var node = new JsonObject();
        Maybe(random, node, "version", () => Pick(random, "1.33", "v1.33.1", "1.34.0-rc.1"));
        Maybe(random, node, "nodeRef", () => new JsonObject { ["name"] = "edge-7" });
        Maybe(random, node, "nodeLabels", () => new JsonObject { ["zone"] = Pick(random, "a", "1", "true", ""), ["x.example/y"] = Pick(random, "0x1", "no") });
        Maybe(random, node, "registerWithTaints", () => new JsonArray(Pick(random, "a=b:NoSchedule", "c:NoExecute")));
        Maybe(random, node, "bootstrapTokenRef", () => new JsonObject { ["name"] = "bootstrap-token-abcdef" });
        return node;
    }

    private static JsonObject Agent(Random random)
    {
        var node = new JsonObject();
        Maybe(random, node, "image", () => Pick(random, "dir:///srv/a", "file:///srv/a#b.tar", "oci-layout:///srv/x:1.2"));
        Maybe(random, node, "version", () => "v0.2.0");
        Maybe(random, node, "baseURL", () => "https://mirror.example/a?b=c&d");
        Maybe(random, node, "url", () => "https://mirror.example/%20");
        Maybe(random, node, "downloads", () => new JsonObject { ["cni"] = new JsonObject { ["baseURL"] = "http://m.example", ["version"] = "1.6.2" } });
        return node;
    }

    private static JsonObject Update(Random random)
    {
        var node = new JsonObject();
        Maybe(random, node, "strategy", () => Pick(random, "Automatic", "OnDelete", "Manual"));
        Maybe(random, node, "paused", () => random.Next(2) == 0);
        Maybe(random, node, "retryNonce", () => Pick(random, "1", "x y", "~"));
        Maybe(random, node, "maintenanceWindow", () => "22:00-05:30");
        Maybe(random, node, "healthGate", () => new JsonObject { ["bootTimeout"] = "1m0s", ["settle"] = Pick(random, "0s", "250ms", "1h0m0s"), ["url"] = "http://127.0.0.1:8080/ready" });
        Maybe(random, node, "rollback", () => new JsonObject { ["maxAttempts"] = random.Next(1, 101) });
        Maybe(random, node, "drain", () => new JsonObject { ["enabled"] = true, ["timeout"] = "5m0s", ["podGrace"] = Pick(random, "0s", "1.5s", "59m59s") });
        return node;
    }

    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject map
        ? new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value))))
        : node?.DeepClone();

    private static void Maybe(Random random, JsonObject node, string name, Func<JsonNode> make)
    {
        if (random.Next(2) == 0)
            node[name] = make();
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
