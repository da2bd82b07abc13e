using System.Diagnostics;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>Kills the agent, or its host, in the middle of what it does, and looks at what is left and at what comes of it.</summary>
internal sealed class Violence : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // What is left over stays. A job of the host's own, or a mount that is just going, does not.
    private static readonly TimeSpan Passing = TimeSpan.FromMinutes(1);

    // Short enough that most random instants are within the course, on a machine that does nothing else.
    private static readonly TimeSpan CourseLength = TimeSpan.FromSeconds(11);

    private readonly AgentHost _agent;
    private readonly HeldDaemon _daemon;
    private readonly NodeWatch _node;
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _turn = new();
    private Func<bool>? _strike;
    private RecordWatch _record;

    private Violence(AgentHost agent, HeldDaemon daemon)
    {
        _agent = agent;
        _daemon = daemon;
        _node = new NodeWatch(agent.Host, Wake);
        _record = new RecordWatch(agent.Host, Wake);
    }

    /// <summary>Boots a host with a disk that loses what is not synced, and installs the agent and its node.</summary>
    public static async Task<Violence> OnAsync(string suite)
    {
        var host = await SystemdHost.StartAsync(new SystemdHostOptions { Suite = suite, LosesWhatIsNotSynced = true });
        try
        {
            var agent = await AgentHost.InstallAsync(host);
            var daemon = new HeldDaemon(host);
            await daemon.InstallAsync();
            return new Violence(agent, daemon);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts a course, kills at the planned instant and waits until the node has come to rest. Where that is the old side, a swap has to work that nobody
    /// disturbs.
    /// </summary>
    public async Task<CutResult> RunAsync(Cut cut)
    {
        if (cut.Course == Course.Rollback && _record.Read().Previous is null)
            await SwapAsync();
        var before = _record.Read();
        await BeginAsync(cut.Course, before);
        var watch = Stopwatch.StartNew();
        var invocation = await InvocationAsync();
        if (cut.Victim == Victim.Host)
            _daemon.Hold();
        await StrikeAsync(cut, before);
        var after = watch.Elapsed;
        var planned = CutResult.Of(_agent.Host.Suite, cut) with { AfterMilliseconds = after.TotalMilliseconds };
        var result = cut.Victim == Victim.Daemon ? await AfterDaemonAsync(planned, before, invocation) : await AfterHostAsync(planned, before);
        var rest = await LookAsync();
        if (rest.Active!.Slot == before.Active!.Slot)
            await SwapAsync();
        return result;
    }

    /// <summary>A swap that nobody disturbs.</summary>
    public async Task SwapAsync()
    {
        var before = _record.Read();
        await BeginAsync(Course.Swap, before);
        var end = await EndAsync(before);
        Assert.True(end.LastTransition!.Result == TransitionResult.Succeeded, $"An undisturbed swap ended as {end.LastTransition.Result}: {end.LastTransition.Error}\n{await JournalAsync()}");
        await LookAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        _record.Dispose();
        await _agent.DisposeAsync();
        _changed.Dispose();
    }

    private async Task BeginAsync(Course course, AgentRecord record)
    {
        if (course == Course.Rollback)
        {
            // The request outlives its sender, who is killed with the host or waits for an end that somebody else brings about.
            await _agent.Host.ShellAsync($"{_agent.Host.AgentPath} rollback >/dev/null 2>&1 </dev/null & cd {RecordWatch.Directory}; until ls requests/*.json || grep -q '\"kind\": \"rollback\"' record.json; do sleep 0.02; done");
            return;
        }

        var version = record.Active!.Version == AgentHost.V1 ? AgentHost.V2 : AgentHost.V1;
        if (course == Course.Swap)
            await _agent.EditAsync(version, AgentHost.Image(version == AgentHost.V1 ? "v1" : "v2"), settle: "1s", boot: "60s");
        else
            await _agent.EditAsync(AgentHost.V2, AgentHost.Image("bad-flag"), settle: "1s", timeout: "8s", boot: "60s");

        // What a person has saved is on the disk.
        await _agent.Host.RunAsync("sync", "-f", "/etc/unbounded/agent");
    }

    private async Task StrikeAsync(Cut cut, AgentRecord before)
    {
        if (cut.Aim is not { } aim)
        {
            await Task.Delay(CourseLength * cut.Fraction);
            await StrikeAsync(cut.Victim);
        }
        else if (aim.Spread > TimeSpan.Zero)
        {
            await WaitAsync(() => Reached(aim, before), aim.Name);
            await Task.Delay(aim.Spread * cut.Fraction);
            await StrikeAsync(cut.Victim);
        }
        else
        {
            // Whoever sees the instant strikes: a few milliseconds later it would be over.
            lock (_turn)
                _strike = () => Reached(aim, before) && Strike(cut.Victim);
            await WaitAsync(Fire, aim.Name);
        }
    }

    private async Task StrikeAsync(Victim victim)
    {
        while (!Strike(victim))
            await Task.Delay(TimeSpan.FromMilliseconds(20));
    }

    private bool Strike(Victim victim)
    {
        if (victim == Victim.Daemon)
            return _daemon.Kill();
        _agent.Host.CutPower();
        return true;
    }

    // Or it is too late for it: then there is nothing to wait for.
    private bool Reached(Aim aim, AgentRecord before)
    {
        var record = _record.Read();
        return Ended(record, before) || (record.Transition?.StartedAt > before.LastTransition!.StartedAt && aim.Reached(new(record.Transition, _node.Latest)));
    }

    private async Task<CutResult> AfterDaemonAsync(CutResult planned, AgentRecord before, string invocation)
    {
        var watch = Stopwatch.StartNew();
        var hit = _record.Read();
        await UntilAsync(async () => await InvocationAsync() is { Length: > 0 } now && now != invocation, "the daemon's restart");
        var end = await EndAsync(before);
        var took = watch.Elapsed;
        return Describe(planned, hit, end, before) with { EndMilliseconds = took.TotalMilliseconds };
    }

    private async Task<CutResult> AfterHostAsync(CutResult planned, AgentRecord before)
    {
        var watch = Stopwatch.StartNew();
        await _agent.Host.PowerCutAsync();
        _record.Dispose();
        await _agent.Host.BootAsync();
        _record = new RecordWatch(_agent.Host, Wake);
        var hit = _record.Read();
        var booted = await ComesUpAloneAsync(hit);
        var node = watch.Elapsed;
        watch.Restart();
        await _daemon.ReleaseAsync();
        var end = await EndAsync(before);
        var took = watch.Elapsed;
        return Describe(planned, hit, end, before) with { Booted = booted, NodeMilliseconds = node.TotalMilliseconds, EndMilliseconds = took.TotalMilliseconds };
    }

    // Law 11, without the daemon: one side, the one that was committed, is what the host boots and what runs.
    private async Task<string> ComesUpAloneAsync(AgentRecord hit)
    {
        var enabled = await _agent.Host.ShellAsync("ls /etc/systemd/system/machines.target.wants");
        var allowed = hit.Transition switch
        {
            null => [hit.Active!.Slot],
            { Committed: true } t => [t.To],
            { CommitIntended: true } t => [t.From!.Value, t.To],
            var t => new[] { t.From!.Value },
        };
        var slot = Assert.Single(allowed, s => enabled == $"systemd-nspawn@{s}.service").Value;
        await UntilAsync(_agent.IsHealthyAsync, "a kubelet's answer without the daemon");
        Assert.Equal(new Sighting(slot, slot), _node.Latest);
        Assert.Equal(slot, await _agent.Host.ShellAsync("machinectl list --no-legend | cut -d' ' -f1"));
        Assert.Equal($"/run/unbounded/marker/{slot}/active", await _agent.Host.ShellAsync("find /run/unbounded/marker -type f"));
        Assert.Equal("inactive", await _agent.UnitAsync("unbounded-agent-daemon.service", "ActiveState"));
        return slot;
    }

    private async Task<AgentRecord> EndAsync(AgentRecord before)
    {
        AgentRecord? end = null;
        await WaitAsync(() => Ended(end = _record.Read(), before), "the end of the transition");
        return end!;
    }

    // The agent may begin the next attempt by itself, and what a person asked for stays until it was carried out or refused: what was seen counts only if
    // nothing waits, and nothing began meanwhile.
    private async Task<AgentRecord> LookAsync()
    {
        Assert.Empty(_node.Violations);
        string problems;
        AgentRecord record;
        var watch = Stopwatch.StartNew();
        do
        {
            await WaitAsync(() => AtRest(_record.Read()) && !Asked(), "rest");
            record = _record.Read();
            await UntilAsync(_agent.IsHealthyAsync, "a kubelet's answer");
            problems = await HostState.ProblemsAsync(_agent.Host, record);
            var slot = record.Active!.Slot.Value;
            if (_node.Latest != new Sighting(slot, slot))
                problems += $"\n{_node.Latest} runs, active is {slot}";
        }
        while (_record.Read().Generation != record.Generation || (problems.Length > 0 && watch.Elapsed < Passing));

        Assert.True(problems.Length == 0, $"{problems}\n{await JournalAsync()}");
        return record;
    }

    private static CutResult Describe(CutResult planned, AgentRecord hit, AgentRecord end, AgentRecord before) => planned with
    {
        Hit = hit.Transition is null && !Ended(hit, before) ? "before its begin" : new Moment(hit.Transition, default).ToString(),
        Phase = hit.State.Phase.Text(),
        DowntimeMilliseconds = end.LastTransition!.DowntimeMilliseconds,
        Result = end.LastTransition.Result.ToString(),
        Side = end.Active!.Slot == before.Active!.Slot ? "old" : "new",
        Error = end.LastTransition.Error?.ToString(),
    };

    private static bool AtRest(AgentRecord record) => record is { Transition: null, PublicationPending: false, Repair: null, Leftovers.Count: 0 };

    // Perhaps the next attempt has begun meanwhile.
    private static bool Ended(AgentRecord record, AgentRecord before) => !record.PublicationPending && record.LastTransition?.StartedAt > before.LastTransition!.StartedAt;

    private bool Asked()
    {
        var requests = _agent.Host.PathOf($"{RecordWatch.Directory}/requests");
        return Directory.Exists(requests) && Directory.EnumerateFiles(requests, "*.json").Any();
    }

    private Moment Now() => new(_record.Read().Transition, _node.Latest);

    private void Wake()
    {
        Fire();
        _changed.Release();
    }

    // Whether there is nothing left to strike at.
    private bool Fire()
    {
        lock (_turn)
        {
            if (_strike?.Invoke() == true)
                _strike = null;
            return _strike is null;
        }
    }

    // Woken by a save of the record and by what runs; what neither shows is looked at once a second.
    private async Task WaitAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (!condition())
                await _changed.WaitAsync(TimeSpan.FromSeconds(1), limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{what}: not within {Limit}; {Now()}\n{await JournalAsync()}", e);
        }
    }

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var watch = Stopwatch.StartNew(); !await condition();)
        {
            if (watch.Elapsed > Limit)
                throw new TimeoutException($"{what}: not within {Limit}; {Now()}\n{await JournalAsync()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private Task<string> InvocationAsync() => _agent.UnitAsync("unbounded-agent-daemon.service", "InvocationID");

    private async Task<string> JournalAsync() => (await _agent.Host.ExecAsync("journalctl", "--no-pager", "-n", "120", "-o", "short-precise")).Stdout;
}
