using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>A host, its disk, its clock, and agents that come and go.</summary>
internal sealed class World<THost>
    where THost : SimHost
{
    public const string RecordPath = "/var/lib/unbounded/agent/record.json";
    public const string StatePath = "/var/lib/unbounded/update/state.json";
    public const string LaterField = "fromALaterVersion";
    public const string ConfigDirectory = "/etc/unbounded/agent";

    // A day of waiting is more than any backoff: an agent that still wants to look again then is not at rest, it is waiting for something.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // An agent that has not rested after so many turns never will.
    private const int MostTurns = 80;

    private readonly Func<Scissors, VirtualTime, SimFileSystem, THost> _host;

    public World(Func<Scissors, VirtualTime, SimFileSystem, THost> host)
    {
        _host = host;
        Files = new(Scissors);
        Host = host(Scissors, Time, Files);
        Files.BootId = () => Host.BootId;
        Disk = SimDisk.Over(Files);
        Wishes = new(Scissors);
        Cluster = new(Scissors, Time, Host);
        Publisher = new(Scissors, Cluster);
    }

    public World(Func<Scissors, TimeProvider, THost> host)
        : this((scissors, time, _) => host(scissors, time))
    {
    }

    /// <summary>When the story of this world begins.</summary>
    public DateTimeOffset Begun { get; private set; }

    /// <summary>Whether the record that the story begins with has a field of a later version's.</summary>
    public bool HasLaterField { get; private set; }

    public Scissors Scissors { get; } = new();

    public VirtualTime Time { get; } = new();

    public SimFileSystem Files { get; }

    public THost Host { get; }

    public SimDisk Disk { get; }

    public SimWishes Wishes { get; }

    public SimCluster Cluster { get; }

    public SimPublisher Publisher { get; }

    public SimLock Lock { get; } = new();

    public List<ICheck> MoreChecks { get; } = [];

    public ExecutorOptions Options { get; set; } = new();

    /// <summary>A fault of the agent, put there to see that it is found.</summary>
    public Plant Plant { get; set; }

    /// <summary>What an agent of this host does in its turns, where it is not the reconciler; null: it is.</summary>
    public Func<World<THost>, Func<CancellationToken, Task<ReconcileResult>>>? Daemon { get; set; }

    /// <summary>Watches what agents do, null when nobody does.</summary>
    public ITransitionObserver? Observer { get; set; }

    public ReconcileResult? LastResult { get; private set; }

    public AgentRecord? Record => Disk.Peek(RecordPath) is { } content ? RecordSerializer.Deserialize(content, RecordPath) : null;

    public AppliedConfigFiles Applied => new(Disk, ConfigDirectory, Host.Names);

    /// <summary>One agent from its start until it has nothing to do, is cut off, is stopped, or the host goes down.</summary>
    /// <returns>Whether it came to rest.</returns>
    public bool RunAgent(int? cutAt = null, CancellationToken stop = default) => Run(cutAt, duration: null, stop, out _);

    /// <summary>One agent, for a while.</summary>
    /// <returns>How often it reconciled.</returns>
    public int RunAgentFor(TimeSpan duration)
    {
        Run(cutAt: null, duration, CancellationToken.None, out var calls);
        return calls;
    }

    private bool Run(int? cutAt, TimeSpan? duration, CancellationToken stop, out int calls)
    {
        Scissors.Restart(cutAt);
        Lock.Reset();
        var rest = false;
        var count = 0;
        var started = Time.GetTimestamp();
        Time.Run(
            async () =>
            {
                var reconcile = Daemon?.Invoke(this) ?? NewReconciler(Observer).ReconcileAsync;
                while (!rest && count < (duration is null ? MostTurns : 400) && !(Time.GetElapsedTime(started) >= duration))
                {
                    count++;
                    LastResult = await reconcile(stop);
                    if (LastResult.End is ExecutionEnd.Suspended or ExecutionEnd.EndsProcess)
                    {
                        return;
                    }

                    var wait = LastResult.LookAgainAt - Time.GetUtcNow();
                    if (wait is null || wait > Patience)
                    {
                        rest = true;
                    }
                    else
                    {
                        await Task.Delay(wait.Value > TimeSpan.Zero ? wait.Value : TimeSpan.FromMilliseconds(1), Time, CancellationToken.None);
                    }
                }
            },
            () => Scissors.Cut);
        calls = count;
        return rest;
    }

    /// <summary>Agents one after the other, and the host's own reboots, until one comes to rest.</summary>
    public void RunToRest()
    {
        for (var starts = 0; starts < 40; starts++)
        {
            if (RunAgent())
            {
                return;
            }

            if (Host.GoesDown)
            {
                Restart();
            }
        }

        throw new InvariantException("the transition does not end by itself");
    }

    /// <summary>The story begins here: what was published before is of no interest to it.</summary>
    public World<THost> Begin()
    {
        var fork = Fork();
        fork.Begun = fork.Time.GetUtcNow();
        fork.Publisher.Published.Clear();
        fork.Host.Commits.Clear();
        fork.Host.NoteBootsNext();
        fork.AddLaterField();
        return fork;
    }

    /// <summary>Another world that is like this one at this instant, an agent's memory left out. Telling a story up to here again takes longer.</summary>
    public World<THost> Fork()
    {
        var fork = new World<THost>(_host) { Plant = Plant, Begun = Begun, HasLaterField = HasLaterField, Daemon = Daemon };
        fork.Time.CopyFrom(Time);
        fork.Files.CopyFrom(Files);
        fork.Host.CopyFrom(Host);
        fork.Cluster.CopyFrom(Cluster);
        fork.Publisher.CopyFrom(Publisher);
        fork.MoreChecks.AddRange(MoreChecks);
        (fork.Wishes.Desired, fork.Wishes.Requests, fork.Wishes.Problem) = (Wishes.Desired, Wishes.Requests, Wishes.Problem);
        return fork;
    }

    /// <summary>Power is lost and comes back.</summary>
    /// <param name="outcomes">What becomes of each unsynced write, in the order of <see cref="SimFileSystem.Unsynced"/>.</param>
    public void PowerCut(IReadOnlyList<Outcome> outcomes)
    {
        Files.PowerCut(outcomes);
        // Whoever was cut off is gone; what the host does from here on is not cut.
        Scissors.Restart(null);
        Host.Boot();
    }

    /// <summary>Power is lost and comes back, and all that is unsynced fares alike.</summary>
    public void PowerCut(Outcome outcome)
    {
        Disk.PowerCut(outcome);
        Scissors.Restart(null);
        Host.Boot();
    }

    /// <summary>The host goes down in good order, everything synced, and boots.</summary>
    public void Restart() => PowerCut(Outcome.Kept);

    public Reconciler NewReconciler(ITransitionObserver? observer = null)
    {
        var store = PlantedStore();
        Core.Slots.ISlots slots = Plant == Plant.None || store != Disk ? Host : new PlantedSlots(Host, Plant);
        var records = new RecordStore(store, RecordPath);
        var files = new DerivedFiles(new(Disk, StatePath), Applied);
        var executor = new Executor(
            slots, records, files, Publisher, new SimChecks(MoreChecks), Time, NullLogger<Executor>.Instance, observer, Options, Cluster);
        return new(records, new(slots, Applied), executor, files, Wishes, Publisher, Lock, Time, NullLogger<Reconciler>.Instance);
    }

    // A later version ran here before (law 15): an A/B rollback brings this one back.
    private void AddLaterField()
    {
        if (Record is { } record)
        {
            record.Unknown = new(StringComparer.Ordinal) { [LaterField] = JsonDocument.Parse("true").RootElement.Clone() };
            Disk.Put(RecordPath, RecordSerializer.Serialize(record));
            HasLaterField = true;
        }
    }

    private Core.Storage.IDurableStore PlantedStore() => Plant switch
    {
        Plant.SavesIntentsLate => new LateStore(Disk, RecordPath),
        Plant.FollowsEdits => Misread(t => t with { Target = Samples.Frozen(Wishes.Desired!) }),
        Plant.LooksForDriftFirst => Misread(_ => null),
        Plant.DropsWhatItDoesNotKnow => new MisreadStore(Disk, RecordPath, r => r with { Unknown = null }),
        Plant.CountsNoResume => Misread(t => t with { Suspended = true }),
        _ => Disk,
    };

    private MisreadStore Misread(Func<TransitionRecord, TransitionRecord?> misread) =>
        new(Disk, RecordPath, r => r.Transition is { } t ? r with { Transition = misread(t) } : r);

    private sealed class SimChecks(IReadOnlyList<ICheck> checks) : ICheckSource
    {
        public IReadOnlyList<ICheck> Checks(Core.Slots.SlotName slot, Core.Slots.Target target) => checks;
    }
}
