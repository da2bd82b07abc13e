using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>A host that updates itself: the turns of its daemon, each a verdict where one is due, or a look for something newer.</summary>
internal static class AutomaticHost
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(15);

    /// <summary>A new process of the daemon.</summary>
    /// <param name="world">The host's world.</param>
    /// <param name="offer">What the server has, by what the record says.</param>
    public static Func<CancellationToken, Task<ReconcileResult>> Begin(World<DiskHost> world, Func<AgentRecord?, SimOffer> offer)
    {
        var settings = new UpdateSettings { Server = "file:///index.json", AutoRollbackAfter = 2 };
        var timing = new UpdateTiming { Timeout = TimeSpan.FromSeconds(8), Settle = TimeSpan.FromSeconds(3) };
        var records = new RecordStore(world.Disk, World<DiskHost>.RecordPath);
        var files = new DerivedFiles(new(world.Disk, World<DiskHost>.StatePath), world.Applied);
        var checks = new NoMore();
        var executor = new Executor(world.Host, records, files, world.Publisher, checks, world.Time, NullLogger<Executor>.Instance);
        var agent = new UpdateAgent(
            world.Host,
            world.Host.Environment,
            world.Host,
            new OsRelease("/proc/simulated/os-release"),
            new UpdateRun(world.Host, records, executor, files, world.Time),
            new UpdateTargets("node-1", settings, timing),
            new SimSource(() => world.Record, offer),
            new IndexMemory(world.Disk, "/var/lib/unbounded/update/slots/serials.json", world.Time),
            settings,
            world.Lock,
            checks,
            timing,
            systemd: null,
            node: null,
            world.Time);
        return stop => TurnAsync(world, agent, stop);
    }

    private static async Task<ReconcileResult> TurnAsync(World<DiskHost> world, UpdateAgent agent, CancellationToken stop)
    {
        try
        {
            if (await agent.IsVerdictDueAsync(stop))
            {
                var verdict = await agent.HealthcheckAsync(stop);
                return Of(verdict, world.Time.GetUtcNow() + (verdict is { Succeeded: true, State.Phase: Phase.Activated } ? AfterFailure : TimeSpan.Zero));
            }

            return Of(await agent.TurnAsync(stop), world.Time.GetUtcNow() + Interval);
        }
        catch (AgentException e)
        {
            return new(new(PlanKind.Nothing, e.What), ExecutionEnd.Unfinished, Record: null, world.Time.GetUtcNow() + AfterFailure, ErrorRecord.From(e));
        }
    }

    private static ReconcileResult Of(UpdateEnd end, DateTimeOffset again) => new(
        new(PlanKind.Nothing, end.Summary), end.Reboots ? ExecutionEnd.EndsProcess : ExecutionEnd.Completed, Record: null, end.LookAgainAt ?? again, end.Problem);

    private sealed class NoMore : ICheckSource
    {
        public IReadOnlyList<ICheck> Checks(Core.Slots.SlotName slot, Core.Slots.Target target) => [];
    }
}
