using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Progress;

public sealed class ProgressTrackerTests
{
    private static readonly PlanStep Prepare = new(StepKind.Prepare, "fill kube2 and boot it") { Slot = new SlotName("kube2") };

    private readonly ManualTime _time = new();
    private readonly Notes _notes = new();
    private readonly ProgressTracker _tracker;

    public ProgressTrackerTests() => _tracker = new ProgressTracker([_notes], _time);

    [Fact]
    public void StepBegan_ThenParts_AreNoted()
    {
        _tracker.StepBegan(Prepare);
        _tracker.PartBegan("fetch");

        Assert.Equal(("prepare", "fill kube2 and boot it", "fetch", true), (_notes.Last.Step, _notes.Last.Description, _notes.Last.Part, _notes.Last.Working));
        Assert.Equal(_time.GetUtcNow(), _notes.Last.At);
        Assert.Equal(Environment.ProcessId, _notes.Last.Pid);
    }

    [Fact]
    public void Bytes_ThatComeOften_AreNotedFourTimesASecond()
    {
        _tracker.StepBegan(Prepare);
        _time.Advance(TimeSpan.FromSeconds(1));
        var before = _notes.Count;
        for (var i = 1; i <= 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _tracker.Bytes(i, 2000);
        }

        Assert.InRange(_notes.Count - before, 3, 5);
    }

    [Fact]
    public void Bytes_TheLastOnes_AreAlwaysNoted()
    {
        _tracker.StepBegan(Prepare);
        _tracker.Bytes(1, 2);
        _tracker.Bytes(2, 2);

        Assert.Equal((2L, 2L), (_notes.Last.Done, _notes.Last.Total));
    }

    [Fact]
    public void PartBegan_AfterATransfer_ForgetsItsBytes()
    {
        _tracker.StepBegan(Prepare);
        _tracker.Bytes(5, 5);
        _tracker.PartBegan("boot");

        Assert.Null(_notes.Last.Done);
        Assert.Null(_notes.Last.Total);
    }

    [Fact]
    public void StepEnded_LeavesNoStepBehind()
    {
        _tracker.StepBegan(Prepare);
        _tracker.StepEnded(new StepTiming { Step = StepKind.Prepare, StartedAt = _time.GetUtcNow(), Milliseconds = 5 });

        Assert.Null(_notes.Last.Step);
        Assert.True(_notes.Last.Working);
    }

    [Fact]
    public void StepFailed_KeepsWhy()
    {
        var error = new ErrorRecord("UBA-9999", "it failed", "of this", "do that");
        _tracker.StepFailed(Prepare, error);

        Assert.Equal(error, _notes.Last.Problem);
    }

    [Fact]
    public void Warned_Often_KeepsTheLastTwenty()
    {
        for (var i = 0; i < 50; i++)
            _tracker.Warned($"warning {i}");

        Assert.Equal(20, _notes.Last.Warnings.Count);
        Assert.Equal("warning 49", _notes.Last.Warnings[^1]);
    }

    [Fact]
    public void Rests_AfterWork_ShowsOnlyWhy()
    {
        _tracker.StepBegan(Prepare);
        _tracker.Warned("a warning");
        _tracker.Rests("the node is as desired", problem: null, settled: true);

        Assert.Equal(
            new LiveProgress { Pid = Environment.ProcessId, At = _time.GetUtcNow(), Plan = "the node is as desired", Settled = true, Warnings = _notes.Last.Warnings },
            _notes.Last);
        Assert.Empty(_notes.Last.Warnings);
    }

    [Fact]
    public void LastSign_MovesWithEverythingThatHappens()
    {
        foreach (var happens in (Action[])
            [
                () => _tracker.StepBegan(Prepare),
                () => _tracker.PartBegan("fetch"),
                () => _tracker.Bytes(1, null),
                () => _tracker.Warned("x"),
                () => _tracker.MayWait(TimeSpan.FromHours(1)),
                _tracker.StillWaits,
            ])
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            happens();
            Assert.Equal(_time.GetTimestamp(), _tracker.LastSign);
        }
    }

    [Fact]
    public void StillWaits_ManyTimes_WritesNoNotes()
    {
        _tracker.StepBegan(Prepare);
        var before = _notes.Count;

        _tracker.StillWaits();

        Assert.Equal(before, _notes.Count);
    }

    [Fact]
    public void Allowance_OfAStep_EndsWithIt()
    {
        foreach (var ends in (Action[])
            [
                () => _tracker.StepBegan(Prepare),
                () => _tracker.StepEnded(new StepTiming { Step = StepKind.Prepare, StartedAt = _time.GetUtcNow(), Milliseconds = 5 }),
                () => _tracker.StepFailed(Prepare, new ErrorRecord("UBA-9999", "it failed", "of this", "do that")),
                () => _tracker.Rests("the node is as desired", problem: null, settled: true),
            ])
        {
            _tracker.MayWait(TimeSpan.FromMinutes(20));
            _tracker.PartBegan("end-pods");
            Assert.Equal(TimeSpan.FromMinutes(20), _tracker.Allowance);

            ends();

            Assert.Equal(TimeSpan.Zero, _tracker.Allowance);
        }
    }

    private sealed class Notes : IProgressSink
    {
        public LiveProgress Last { get; private set; } = new();

        public int Count { get; private set; }

        public void Note(LiveProgress progress)
        {
            Last = progress;
            Count++;
        }
    }
}
