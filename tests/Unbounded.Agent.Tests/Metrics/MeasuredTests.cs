using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Metrics;

public sealed class MeasuredTests : IDisposable, IStatusPublisher, IProgressSink
{
    private readonly AgentInstruments _instruments = new(static () => null, new HostFigures());
    private readonly PrometheusText _text;
    private int _published;
    private int _notes;

    public MeasuredTests() => _text = new("unbounded", _instruments);

    public void Dispose()
    {
        _text.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public async Task Publish_OfOneEndManyTimes_CountsItOnce()
    {
        var publisher = new MeasuredPublisher(this, _instruments, new Past());
        var status = new StatusSnapshot(new() { LastTransition = Records.Ended(TransitionResult.Succeeded) }, null, null, Records.Now);

        await publisher.PublishAsync(status, CancellationToken.None);
        await publisher.PublishAsync(status, CancellationToken.None);
        publisher.Report(status);

        Assert.Equal(3, _published);
        Assert.Contains("result=\"succeeded\",reason=\"\"} 1\n", _text.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_OfWhatEndedBeforeThisProcess_CountsNothing()
    {
        var publisher = new MeasuredPublisher(this, _instruments, TimeProvider.System);

        await publisher.PublishAsync(new(new() { LastTransition = Records.Ended(TransitionResult.Succeeded) with { FinishedAt = DateTimeOffset.UnixEpoch } }, null, null, Records.Now), CancellationToken.None);

        Assert.DoesNotContain("unbounded_transitions_total{", _text.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_ThatAreToldAsTotals_AreCountedOnce()
    {
        ITransitionObserver observer = new MeasuredObserver(new ProgressTracker([this], TimeProvider.System), _instruments);

        observer.StepBegan(new PlanStep(StepKind.Prepare, "x"));
        observer.PartBegan("write");
        observer.Bytes(10, 100);
        observer.Bytes(100, 100);
        observer.PartBegan("read-back");
        observer.Bytes(40, 100);
        observer.Bytes(5, 100);
        observer.Bytes(20, 100);
        observer.MayWait(TimeSpan.FromSeconds(1));
        observer.StillWaits();
        observer.Warned("x");
        observer.StepFailed(new PlanStep(StepKind.Prepare, "x"), new("UBA-1", "a", "b", "c"));
        observer.StepEnded(new() { Step = StepKind.Prepare, Slot = new SlotName("A"), StartedAt = Records.Now, Milliseconds = 5 });

        var text = _text.Write();
        Assert.Contains("unbounded_transfer_bytes_total{part=\"write\"} 100\n", text, StringComparison.Ordinal);
        Assert.Contains("unbounded_transfer_bytes_total{part=\"read-back\"} 55\n", text, StringComparison.Ordinal);
        Assert.Contains("unbounded_step_duration_seconds_count{step=\"prepare\"} 1\n", text, StringComparison.Ordinal);
        Assert.True(_notes > 0);
    }

    void IStatusPublisher.Report(StatusSnapshot status) => _published++;

    Task IStatusPublisher.PublishAsync(StatusSnapshot status, CancellationToken cancellationToken)
    {
        _published++;
        return Task.CompletedTask;
    }

    void IProgressSink.Note(LiveProgress progress) => _notes++;

    private sealed class Past : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
