using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>
/// A status as a tree, every member in its order, null where nothing is known (docs/schemas/status.schema.json). Built by hand: the serializer's metadata would have some six
/// hundred methods compiled when the daemon starts; a test holds it to what the serializer writes.
/// </summary>
internal static class StatusShape
{
    public static JsonObject Of(MachineStatus status) => new()
    {
        ["phase"] = status.Phase.ToString(),
        ["message"] = status.Message,
        ["observedGeneration"] = status.ObservedGeneration,
        ["agent"] = status.Agent is { } agent ? new JsonObject { ["image"] = agent.Image } : null,
        ["operations"] = status.Operations is { } done
            ? new JsonObject { ["rebootCounter"] = done.RebootCounter, ["repaveCounter"] = done.RepaveCounter }
            : null,
        ["activeSlot"] = status.ActiveSlot,
        ["targetImage"] = status.TargetImage,
        ["attempts"] = status.Attempts,
        ["slots"] = List(status.Slots, Slot),
        ["lastTransition"] = status.LastTransition is { } transition ? Transition(transition) : null,
        ["lastError"] = status.LastError is { } error
            ? new JsonObject { ["code"] = error.Code, ["message"] = error.Message, ["cause"] = error.Cause, ["nextStep"] = error.NextStep }
            : null,
        ["conditions"] = List(status.Conditions, OneCondition),
    };

    /// <summary>The same without the members that are null.</summary>
    public static JsonObject WithoutNulls(JsonObject map)
    {
        foreach (var key in map.Select(m => m.Key).ToList())
        {
            if (map[key] is null)
                map.Remove(key);
            else if (map[key] is JsonObject inner)
                WithoutNulls(inner);
            else if (map[key] is JsonArray list)
                RemoveNulls(list);
        }

        return map;
    }

    private static void RemoveNulls(JsonArray list)
    {
        foreach (var item in list)
        {
            if (item is JsonObject map)
                WithoutNulls(map);
        }
    }

    private static JsonObject Slot(SlotStatus slot) => new()
    {
        ["name"] = slot.Name,
        ["state"] = slot.State,
        ["image"] = slot.Image,
        ["digest"] = slot.Digest,
        ["kubernetesVersion"] = slot.KubernetesVersion,
    };

    private static JsonObject Transition(TransitionStatus transition) => new()
    {
        ["from"] = transition.From,
        ["to"] = transition.To,
        ["result"] = transition.Result,
        ["startedAt"] = KubernetesTimeConverter.Format(transition.StartedAt),
        ["finishedAt"] = transition.FinishedAt is { } end ? KubernetesTimeConverter.Format(end) : null,
        ["downtimeMilliseconds"] = transition.DowntimeMilliseconds,
        ["steps"] = List(transition.Steps, step => new JsonObject { ["name"] = step.Name, ["milliseconds"] = step.Milliseconds }),
    };

    private static JsonObject OneCondition(Condition condition) => new()
    {
        ["type"] = condition.Type,
        ["status"] = condition.Status.ToString(),
        ["reason"] = condition.Reason,
        ["message"] = condition.Message,
        ["lastTransitionTime"] = KubernetesTimeConverter.Format(condition.LastTransitionTime),
        ["observedGeneration"] = condition.ObservedGeneration,
    };

    private static JsonArray? List<T>(IReadOnlyList<T>? items, Func<T, JsonObject> shape) =>
        items is null ? null : new JsonArray([.. items.Select(item => (JsonNode)shape(item))]);
}
