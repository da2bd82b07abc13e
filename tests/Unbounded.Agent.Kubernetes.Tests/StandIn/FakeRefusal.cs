using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>An answer that is no success, as an API server words it.</summary>
internal sealed class FakeRefusal(int code, string reason, string message, string? name, string? cause = null) : Exception(message)
{
    public int Code => code;

    public JsonObject Status => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["details"] = Details(),
        ["code"] = code,
    };

    private JsonObject Details()
    {
        var details = name is null ? new JsonObject() : new JsonObject { ["name"] = name };
        if (cause is not null)
            details["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause });
        return details;
    }
}
