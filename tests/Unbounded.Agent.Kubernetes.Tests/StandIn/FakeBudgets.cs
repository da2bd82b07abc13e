using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>What becomes of evictions: a pod goes, unless a budget keeps it, or it takes its time.</summary>
public sealed class FakeBudgets
{
    /// <summary>The version of evictions that the server knows.</summary>
    public string Version { get; set; } = "policy/v1";

    /// <summary>Pods that a budget of this name keeps.</summary>
    public ConcurrentDictionary<string, string> Keeps { get; } = new(StringComparer.Ordinal);

    /// <summary>Pods that are told to end, and do not.</summary>
    public ConcurrentDictionary<string, bool> Lingering { get; } = new(StringComparer.Ordinal);

    internal JsonObject Evict(FakeStore store, FakeAddress address, JsonObject eviction)
    {
        if ((string?)eviction["apiVersion"] != Version)
            throw new FakeRefusal(400, "BadRequest", $"no kind \"Eviction\" is registered for version \"{eviction["apiVersion"]}\"", null);
        var pod = address with { Subresource = null };
        if (Keeps.TryGetValue(address.Name!, out var budget))
            throw new FakeRefusal(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", address.Name, $"The disruption budget {budget} needs 1 healthy pods and has 1 currently");
        if (Lingering.ContainsKey(address.Name!))
            store.MergePatch(pod, new JsonObject { ["metadata"] = new JsonObject { ["deletionTimestamp"] = "2026-01-02T03:04:05Z" } });
        else
            store.Delete(pod, eviction["deleteOptions"]?.AsObject());
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success", ["code"] = 201 };
    }
}
