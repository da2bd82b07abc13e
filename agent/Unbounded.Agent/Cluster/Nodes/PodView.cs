using System.Globalization;
using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>Reads a pod (core/v1) as far as the gate looks at one.</summary>
internal static class PodView
{
    public static ClusterPodView Of(ApiObject pod)
    {
        var whole = JsonNode.Parse(pod.Json.Span)!;
        var status = whole["status"];
        var ready = Items(status?["conditions"]).FirstOrDefault(c => (string?)c["type"] == "Ready");
        var containers = Items(status?["containerStatuses"]).ToList();
        var running = containers.Where(c => c["state"]?["running"] is not null).ToList();
        var starts = running.Select(c => Instant((string?)c["state"]!["running"]!["startedAt"])).ToList();
        return new(
            pod.Meta.Name ?? "",
            (string?)status?["phase"] ?? "Unknown",
            (string?)ready?["status"] == "True",
            [.. running.Select(c => (string?)c["containerID"]).OfType<string>().Order(StringComparer.Ordinal)])
        {
            IsEnding = whole["metadata"]?["deletionTimestamp"] is not null,
            Reason = containers.Select(c => (string?)c["state"]?["waiting"]?["reason"]).FirstOrDefault(r => r is not null)
                ?? (string?)ready?["reason"] ?? (string?)status?["reason"] ?? "",
            StartedAt = starts.Count == 0 || starts.Contains(null) ? null : starts.Min(),
        };
    }

    private static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
