using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Status;

/// <summary>
/// What <c>status --output json</c> prints (docs/schemas/status.schema.json): the Machine's status, and what only the host itself knows.
/// </summary>
internal static class StatusReport
{
    private static readonly JsonSerializerOptions Indented = new(FrontDoorJson.Default.Options);

    public static string Write(MachineStatus status, AgentRecord? record, LockHolder? daemon, LiveProgress? note)
    {
        var report = JsonNode.Parse(MachineStatusWriter.ToJson(status))!.AsObject();
        report["update"] = JsonSerializer.SerializeToNode(
            new ReportedUpdate((record?.State.Phase ?? Phase.Idle).Text(), record?.State.FromVersion, record?.State.ToVersion),
            FrontDoorJson.Default.ReportedUpdate);
        report["daemon"] = daemon is null ? null : JsonSerializer.SerializeToNode(daemon, FrontDoorJson.Default.LockHolder);
        report["now"] = note is { Working: true, Step: { } step }
            ? JsonSerializer.SerializeToNode(new ReportedWork(step, note.Part, note.Done, note.Total), FrontDoorJson.Default.ReportedWork)
            : null;
        return report.ToJsonString(Indented);
    }
}

/// <summary>How far the update is, as in state.json.</summary>
/// <param name="Phase">One of the nine phases.</param>
/// <param name="FromVersion">Kubernetes version that ran when the last attempt began, null before the first.</param>
/// <param name="ToVersion">Kubernetes version that it brings, null before the first.</param>
internal sealed record ReportedUpdate(string Phase, string? FromVersion, string? ToVersion);

/// <summary>What the daemon does at this instant.</summary>
/// <param name="Step">The step.</param>
/// <param name="Part">Part of it, null when it has none.</param>
/// <param name="Done">Bytes moved, null when it moves none.</param>
/// <param name="Total">Bytes in all, null when not known.</param>
internal sealed record ReportedWork(string Step, string? Part, long? Done, long? Total);
