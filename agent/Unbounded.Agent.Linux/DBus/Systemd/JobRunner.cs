using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>
/// Queues a job and follows it to its end by <c>JobRemoved</c>. When systemd is re-executed or the bus restarted under
/// it, signals are lost: it then looks whether the job still exists, and if not, concludes from the unit's state.
/// </summary>
internal sealed class JobRunner(BusSession session, Func<string, CancellationToken, Task<UnitState>> getUnit)
{
    private const string NoJob = "/";
    private const string UnitExists = "org.freedesktop.systemd1.UnitExists";
    private static readonly SignalMatch JobRemoved = new(SystemdNames.Manager, "JobRemoved", SystemdNames.ManagerPath);

    internal async Task<JobResult> RunAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var watch = new JobWatch();
        using var subscription = await session.SubscribeAsync(JobRemoved, watch, cancellationToken);
        var job = request.IsRepeatable
            ? await session.CallAsync(request.Call, static reader => reader.ReadObjectPath(), cancellationToken)
            : await QueueOnceAsync(request, cancellationToken);
        while (job != NoJob)
        {
            var result = await watch.NextAsync(job, cancellationToken);
            if (result is null && await ExistsAsync(job, cancellationToken))
                continue;
            result ??= watch.TryGetResult(job);
            if (result is null)
                break;
            return new JobResult(request.Unit, request.Operation, SystemdNames.ParseJobOutcome(result), result);
        }

        return Conclude(request, await getUnit(request.Unit, cancellationToken));
    }

    internal static JobResult Conclude(JobRequest request, UnitState unit)
    {
        var outcome = (request.EndsInactive, unit.ActiveState) switch
        {
            (true, ActiveState.Inactive or ActiveState.Failed) => JobOutcome.Done,
            (true, _) => JobOutcome.Canceled,
            (false, ActiveState.Failed) => JobOutcome.Failed,
            (false, ActiveState.Inactive or ActiveState.Deactivating) when unit.Result is not "success" => JobOutcome.Failed,
            _ => JobOutcome.Done, // up; or a one-shot that has ended well, or was not to run
        };
        return new JobResult(request.Unit, request.Operation, outcome, unit.SubState) { IsConcluded = true };
    }

    /// <summary>Queues a job that must not be queued twice.</summary>
    /// <returns>Its path, <see cref="NoJob"/> when it was carried out already.</returns>
    private async Task<string> QueueOnceAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var before = (await getUnit(request.Unit, cancellationToken)).InvocationId;
        var asked = false;
        return await session.RepeatAsync(
            async token =>
            {
                if (asked && await FindAsync(request.Unit, before, token) is { } found)
                    return found;
                var askedBefore = asked;
                asked = true;
                try
                {
                    return await session.CallOnceAsync(request.Call, static reader => reader.ReadObjectPath(), token);
                }
                catch (AgentException e) when (askedBefore && DBusErrors.NameOf(e) == UnitExists)
                {
                    return NoJob; // the first request made it
                }
            },
            cancellationToken);
    }

    /// <summary>What has become of a request whose answer was lost: its job, none needed any more, or null for nothing.</summary>
    private async Task<string?> FindAsync(string unit, string invocationBefore, CancellationToken cancellationToken)
    {
        var job = await session.CallOnceAsync(
            Get(SystemdNames.UnitPath(unit), SystemdNames.Unit, "Job"),
            static reader =>
            {
                reader.EnterVariant("(uo)");
                reader.EnterStruct("uo");
                _ = reader.ReadUInt32();
                return reader.ReadObjectPath();
            },
            cancellationToken);
        if (job != NoJob)
            return job;
        var now = await getUnit(unit, cancellationToken);
        return string.Equals(now.InvocationId, invocationBefore, StringComparison.Ordinal) ? null : NoJob;
    }

    private async Task<bool> ExistsAsync(string job, CancellationToken cancellationToken)
    {
        try
        {
            await session.CallAsync(Get(job, SystemdNames.Job, "Id"), cancellationToken);
            return true;
        }
        catch (AgentException e) when (DBusErrors.NameOf(e) is DBusErrors.UnknownObject or DBusErrors.NoSuchJob)
        {
            return false;
        }
    }

    private static BusCall Get(string path, string @interface, string property) => new(
        SystemdNames.Service,
        path,
        SystemdNames.Properties,
        "Get",
        writer =>
        {
            writer.WriteString(@interface);
            writer.WriteString(property);
        });
}
