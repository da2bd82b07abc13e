using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Tests.Simulation;

/// <summary>A host, its disk, its clock, and agents that come and go.</summary>
internal sealed class World<THost>
    where THost : SimHost
{
    public const string RecordPath = "/var/lib/unbounded/agent/record.json";
    public const string StatePath = "/var/lib/unbounded/update/state.json";
    public const string ConfigDirectory = "/etc/unbounded/agent";

    // A day of waiting is more than any backoff: an agent that still wants to look again then is not at rest, it is waiting for something.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly Func<Scissors, TimeProvider, THost> _host;

    public World(Func<Scissors, TimeProvider, THost> host)
    {
        _host = host;
        Host = host(Scissors, Time);
        Disk = new(Scissors);
        Wishes = new(Scissors);
        Publisher = new(Scissors);
    }

    /// <summary>When the story of this world begins.</summary>
    public DateTimeOffset Begun { get; private set; }

    public Scissors Scissors { get; } = new();

    public VirtualTime Time { get; } = new();

    public THost Host { get; }

    public SimDisk Disk { get; }

    public SimWishes Wishes { get; }

    public SimPublisher Publisher { get; }

    public SimLock Lock { get; } = new();

    public List<ICheck> MoreChecks { get; } = [];

    public ExecutorOptions Options { get; set; } = new();

    /// <summary>Watches what agents do, null when nobody does.</summary>
    public ITransitionObserver? Observer { get; set; }

    public ReconcileResult? LastResult { get; private set; }

    public AgentRecord? Record => Disk.Peek(RecordPath) is { } content ? RecordSerializer.Deserialize(content, RecordPath) : null;

    public AppliedConfigFiles Applied => new(Disk, ConfigDirectory, Host.Names);

    /// <summary>One agent from its start until it has nothing to do, is cut off, is stopped, or the host goes down.</summary>
    /// <returns>Whether it came to rest.</returns>
    public bool RunAgent(int? cutAt = null, CancellationToken stop = default) => Run(cutAt, until: null, stop, out _);

    /// <summary>One agent, for a while.</summary>
    /// <returns>How often it reconciled.</returns>
    public int RunAgentFor(TimeSpan duration)
    {
        Run(cutAt: null, Time.GetUtcNow() + duration, CancellationToken.None, out var calls);
        return calls;
    }

    private bool Run(int? cutAt, DateTimeOffset? until, CancellationToken stop, out int calls)
    {
        Scissors.Restart(cutAt);
        Lock.Reset();
        var rest = false;
        var count = 0;
        Time.Run(
            async () =>
            {
                var reconciler = NewReconciler(Observer);
                while (!rest && count < 400 && !(Time.GetUtcNow() >= until))
                {
                    count++;
                    LastResult = await reconciler.ReconcileAsync(stop);
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
                Host.Boot();
            }
        }

        throw new InvariantException("the transition does not end by itself");
    }

    /// <summary>Another world that is like this one, which is at rest. Telling a long story up to here again takes longer.</summary>
    public World<THost> Fork()
    {
        var fork = new World<THost>(_host);
        fork.Time.CopyFrom(Time);
        fork.Disk.CopyFrom(Disk);
        fork.Host.CopyFrom(Host);
        fork.Publisher.Swallows = Publisher.Swallows;
        fork.Begun = fork.Time.GetUtcNow();
        (fork.Wishes.Desired, fork.Wishes.Requests, fork.Wishes.Problem) = (Wishes.Desired, Wishes.Requests, Wishes.Problem);
        return fork;
    }

    public void PowerCut(Loss loss)
    {
        Disk.PowerCut(loss);
        Host.Boot();
    }

    public Reconciler NewReconciler(ITransitionObserver? observer = null)
    {
        var records = new RecordStore(Disk, RecordPath);
        var files = new DerivedFiles(new(Disk, StatePath), Applied);
        var executor = new Executor(
            Host, records, files, Publisher, new SimChecks(MoreChecks), Time, NullLogger<Executor>.Instance, observer, Options);
        return new(records, new(Host, Applied), executor, files, Wishes, Publisher, Lock, Time, NullLogger<Reconciler>.Instance);
    }

    private sealed class SimChecks(IReadOnlyList<ICheck> checks) : ICheckSource
    {
        public IReadOnlyList<ICheck> Checks(Slots.SlotName slot, Slots.Target target) => checks;
    }
}
