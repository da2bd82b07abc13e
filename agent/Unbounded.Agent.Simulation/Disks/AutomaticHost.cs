using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Transaction.Execution;
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
        return new UpdateTurns(agent, settings, world.Time).TurnAsync;
    }

    private sealed class NoMore : ICheckSource
    {
        public IReadOnlyList<ICheck> Checks(Core.Slots.SlotName slot, Core.Slots.Target target) => [];
    }
}
