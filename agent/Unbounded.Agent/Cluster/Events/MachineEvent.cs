using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Cluster.Events;

/// <summary>Something that happened to a Machine, for <c>kubectl describe</c> (Event, core/v1). What it is made of is in the record, so that nothing is lost.</summary>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="IsWarning">Whether a person should look.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Transition">When its transition began: with the reason it tells events apart.</param>
internal sealed record MachineEvent(string Reason, string Message, bool IsWarning, DateTimeOffset At, DateTimeOffset Transition)
{
    // core/v1: 1,024 characters.
    private const int LongestMessage = 1000;

    /// <summary>Those that a record knows of, oldest first. A pure function.</summary>
    public static IReadOnlyList<MachineEvent> Of(AgentRecord record)
    {
        var events = new List<MachineEvent>();
        if (record.LastTransition is { } last)
            events.Add(Ended(last));
        if (record.Transition is { } running)
        {
            events.Add(new(
                $"{running.Kind}Started",
                $"to {running.To} (Kubernetes {running.Target.Version}{Image(running.Target.Image)})",
                IsWarning: false,
                running.StartedAt,
                running.StartedAt));
        }

        return events;
    }

    /// <summary>Name of the Event: the same for the same event of the same Machine, whoever tells it how often.</summary>
    public string NameFor(string machine)
    {
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{machine}\n{Reason}\n{Transition.UtcTicks}"));
        return $"{machine}.{Convert.ToHexStringLower(identity.AsSpan(0, 8))}";
    }

    /// <summary>The Event.</summary>
    /// <param name="machine">Name of the Machine.</param>
    /// <param name="uid">The server's identity of it.</param>
    /// <param name="space">Namespace of the Event.</param>
    public byte[] ToJson(string machine, string? uid, string space)
    {
        var at = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = NameFor(machine), ["namespace"] = space },
            ["involvedObject"] = new JsonObject { ["apiVersion"] = Machine.GroupVersion, ["kind"] = Machine.KindName, ["name"] = machine, ["uid"] = uid },
            ["reason"] = Reason,
            ["message"] = Redaction.Kept(Message, LongestMessage),
            ["type"] = IsWarning ? "Warning" : "Normal",
            ["firstTimestamp"] = at,
            ["lastTimestamp"] = at,
            ["count"] = 1,
            ["source"] = new JsonObject { ["component"] = "unbounded-agent", ["host"] = machine },
            ["reportingComponent"] = "unbounded-agent",
            ["reportingInstance"] = machine,
        }.ToJsonString());
    }

    private static MachineEvent Ended(TransitionSummary last)
    {
        var (reason, message) = last.Result switch
        {
            TransitionResult.Succeeded => ($"{last.Kind}Succeeded", $"{last.To} runs Kubernetes {last.Version}{Image(last.Image)}{Down(last)}"),
            TransitionResult.RolledBack => ("RolledBack", $"Kubernetes {last.Version} on {last.To} was rolled back: {Why(last)}"),
            _ => ("GivenUp", $"Kubernetes {last.Version} on {last.To} was given up before the node noticed: {Why(last)}"),
        };
        return new(reason, message, last.Result != TransitionResult.Succeeded, last.FinishedAt, last.StartedAt);
    }

    private static string Why(TransitionSummary last) => last.Error is { } error ? $"{error.Code}: {error.Message}: {error.Cause}" : "no reason was recorded";

    private static string Image(string? image) => image is null ? "" : $", {image}";

    private static string Down(TransitionSummary last) => last.DowntimeMilliseconds is { } ms ? $"; the node was down for {ms} ms" : "";
}
