using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>What both simulated backends are: two sides, a host that can lose power, and laws that are watched after every effect.</summary>
internal abstract class SimHost : ISlots
{
    public static readonly ErrorCode Broken = LinuxErrors.JobFailed;

    private readonly List<string> _violations = [];
    private int _boots = 1;

    protected SimHost(Scissors scissors, TimeProvider time, params SlotName[] names)
    {
        Scissors = scissors;
        Time = time;
        Sides = [.. names.Select(n => new SimSide(n))];
        Names = names;
    }

    public IReadOnlyList<SlotName> Names { get; }

    public IReadOnlyList<SimSide> Sides { get; }

    /// <summary>Effects that fail, by their text: how often yet.</summary>
    public Dictionary<string, int> Failing { get; } = new(StringComparer.Ordinal);

    /// <summary>Effects that fail with a certain error, by their text.</summary>
    public Dictionary<string, ErrorCode> FailingWith { get; } = new(StringComparer.Ordinal);

    /// <summary>Effects that never end by themselves, by their text.</summary>
    public HashSet<string> Hanging { get; } = new(StringComparer.Ordinal);

    /// <summary>Effects that fail before anything has happened, by their text: how often yet.</summary>
    public Dictionary<string, int> FailingBefore { get; } = new(StringComparer.Ordinal);

    /// <summary>How often looking at the host fails yet.</summary>
    public int InspectFailures { get; set; }

    /// <summary>What the host was made to boot, in order.</summary>
    public List<(SlotName Slot, string Version)> Commits { get; } = [];

    /// <summary>Laws that were broken, whatever became of the step that broke them.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public abstract SlotName? Permitted { get; }

    public abstract SlotName? BootsNext { get; }

    /// <summary>Whether a side that is not committed may have come up by itself: one on trial.</summary>
    public virtual bool MayBootATrial => false;

    /// <summary>The host is on its way down at the agent's wish.</summary>
    public bool GoesDown { get; protected set; }

    public string BootId => $"boot-{_boots}";

    protected Scissors Scissors { get; }

    protected TimeProvider Time { get; }

    public SimSide this[SlotName name] => Sides.First(s => s.Name == name);

    /// <summary>Becomes the same host as another one.</summary>
    public virtual void CopyFrom(SimHost other)
    {
        _boots = other._boots;
        Commits.Clear();
        Commits.AddRange(other.Commits);
        _violations.Clear();
        _violations.AddRange(other._violations);
        GoesDown = other.GoesDown;
        foreach (var side in Sides)
        {
            side.CopyFrom(other[side.Name]);
        }
    }

    /// <summary>Power comes back: volatile state is gone, the committed side boots by itself.</summary>
    public void Boot()
    {
        _boots++;
        GoesDown = false;
        foreach (var side in Sides)
        {
            side.PowerOff();
        }

        BootCommitted();
        Look();
        Watch();
    }

    /// <summary>Looks at what is on the disk, where that is more than the sides remember.</summary>
    public virtual void Look()
    {
        // The sides remember all of it.
    }

    public virtual Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (InspectFailures > 0)
        {
            InspectFailures--;
            throw new AgentException(Broken, "The slots can't be looked at", "the bus does not answer", "Wait");
        }

        return Task.FromResult(new SlotsObservation(BootId, Permitted, BootsNext, [.. Sides.Select(Observe)])
        {
            BootDecides = BootDecides,
            NodeHasCertificate = true,
            HandoverNotes = ["emptyDir volumes in memory are lost"],
        });
    }

    public abstract Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken);

    public abstract Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    public abstract Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken);

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => [new SimCheck("kubelet-healthz", Time, () => Health(this[slot], target))];

    public abstract Task CommitAsync(SlotName slot);

    public abstract Task<Activation> RevertAsync(SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    public abstract Task RetireAsync(SlotName slot, CancellationToken cancellationToken);

    public abstract Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken);

    public abstract Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken);

    public abstract Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    public virtual async Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken)
    {
        this[slot].Labels = target.Config.Kubelet.Labels;
        await DidAsync($"labels of {slot}");
    }

    protected abstract bool BootDecides { get; }

    protected abstract SlotState StateOf(SimSide side);

    protected abstract void BootCommitted();

    /// <summary>Laws that hold at every instant.</summary>
    protected abstract void Watch();

    protected async Task DidAsync(string effect)
    {
        Watch();
        await Scissors.HappenedAsync(effect);
        if (FailingWith.TryGetValue(effect, out var code))
        {
            throw new AgentException(code, $"'{effect}' failed", "a fault was planted", "Nothing");
        }

        if (Failing.TryGetValue(effect, out var times) && times > 0)
        {
            Failing[effect] = times - 1;
            throw new AgentException(Broken, $"'{effect}' failed", "a fault was planted", "Nothing");
        }
    }

    /// <summary>Before an effect: the faults that keep it from happening.</summary>
    protected async Task MayAsync(string effect, CancellationToken cancellationToken = default)
    {
        if (Hanging.Contains(effect))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
        }

        if (FailingBefore.TryGetValue(effect, out var times) && times > 0)
        {
            FailingBefore[effect] = times - 1;
            throw new AgentException(Broken, $"'{effect}' failed", "a fault was planted", "Nothing");
        }
    }

    protected void Require(bool condition, string law)
    {
        if (!condition)
        {
            _violations.Add(law);
            throw new InvariantException(law);
        }
    }

    /// <summary>The host boots this side from now on.</summary>
    protected void NoteCommit(SlotName slot) => Commits.Add((slot, this[slot].Content?.Config.Cluster.Version ?? "nothing"));

    /// <summary>Begins the list of what the host boots with what it boots now.</summary>
    public void NoteBootsNext()
    {
        if (BootsNext is { } slot)
        {
            NoteCommit(slot);
        }
    }

    protected void StartKubelet(SimSide side)
    {
        side.Kubelet = true;
        side.KubeletStarts++;
        side.KubeletSince = Time.GetTimestamp();
        side.Pods = 2;
    }

    protected async Task FillAsync(SimSide side, Target target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        side.PowerOff();
        await DidAsync($"stop {side.Name}");
        side.Partial = side.Content is not null;
        await DidAsync($"unmark {side.Name}");
        side.Content = null;
        side.Partial = false;
        await DidAsync($"empty {side.Name}");
        cancellationToken.ThrowIfCancellationRequested();
        side.Content = target;
        side.Foreign = false;
        side.Partial = true;
        await DidAsync($"fill {side.Name}");
        await Task.Delay(TimeSpan.FromSeconds(3), Time, cancellationToken);
        side.Partial = false;
        await DidAsync($"mark {side.Name}");
    }

    protected static void RequireComplete(SimSide side)
    {
        if (!side.Complete)
        {
            throw new AgentException(Broken, $"{side.Name} can't be booted", "its content is not complete", "Prepare it");
        }
    }

    private static CheckResult NotYet(string evidence) => CheckResult.NotYet(evidence);

    private CheckResult Health(SimSide side, Target target)
    {
        if (!side.Booted || !side.Kubelet || !side.Containerd)
        {
            return NotYet($"no kubelet in {side.Name}");
        }

        var since = Time.GetElapsedTime(side.KubeletSince);
        return side.Nature switch
        {
            Nature.NeverReady => NotYet("connection refused"),
            Nature.WrongVersion => CheckResult.Never($"version is not {target.Config.Cluster.Version}"),
            Nature.CrashLoopsLate when since.TotalSeconds % 25 >= 20 => NotYet("the unit restarts"),
            _ when since < TimeSpan.FromSeconds(5) => NotYet("starting"),
            _ => CheckResult.Passed("HTTP 200"),
        };
    }

    private SlotObservation Observe(SimSide side) => new(
        side.Name,
        StateOf(side),
        side.Foreign || !side.Complete ? null : side.Content?.Fingerprint,
        side.Content?.Config.OCIImage,
        null,
        side.Content?.Config.Cluster.Version,
        side.Booted ? $"{side.Name}-{side.BootCount}" : null,
        side.Content is null ? null : 400L << 20);

    private sealed class SimCheck(string name, TimeProvider time, Func<CheckResult> evaluate) : ICheck
    {
        public string Name => name;

        public TimeSpan Timeout => TimeSpan.FromSeconds(2);

        public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
            return evaluate();
        }
    }
}
