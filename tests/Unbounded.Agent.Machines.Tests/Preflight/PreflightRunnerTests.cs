using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Preflight;

namespace Unbounded.Agent.Machines.Tests.Preflight;

public sealed class PreflightRunnerTests
{
    private static readonly PreflightInput Input = new();

    [Fact]
    public async Task Run_ChecksThatWaitForEachOther_RunAtTheSameTime()
    {
        var meeting = new Barrier(3);
        var checks = Enumerable.Range(0, 3).Select(i => new Probe($"c{i}", _ => Task.Run(() =>
        {
            meeting.SignalAndWait(TimeSpan.FromMinutes(1));
            return PreflightFinding.Ok("met");
        }))).ToList();
        var report = await RunAsync(checks);
        Assert.All(report.Checks, c => Assert.Equal(("met", PreflightStatus.Ok), (c.Evidence, c.Status)));
    }

    [Fact]
    public async Task Run_SomeFail_AllAreReportedInOrder()
    {
        var report = await RunAsync(
        [
            new Probe("a", _ => Task.FromResult(PreflightFinding.Error("bad", "mend it"))),
            new Probe("b", _ => Task.FromResult(PreflightFinding.Ok("good"))),
            new Probe("c", _ => Task.FromResult(PreflightFinding.Warning("so-so", "look"))),
        ]);
        Assert.Equal(["a Error mend it", "b Ok ", "c Warning look"], report.Checks.Select(c => $"{c.Name} {c.Status} {c.NextStep}"));
    }

    [Fact]
    public async Task Run_CheckThatNeverAnswers_IsAnErrorOfThatCheckAlone()
    {
        var report = await RunAsync(
        [
            // It does not even look at its token.
            new Probe("slow", _ => new TaskCompletionSource<PreflightFinding>().Task) { Limit = TimeSpan.FromMilliseconds(50) },
            new Probe("quick", _ => Task.FromResult(PreflightFinding.Ok("here"))),
        ]);
        Assert.Equal(PreflightStatus.Error, report.Checks[0].Status);
        Assert.Contains("--ignore slow", report.Checks[0].NextStep, StringComparison.Ordinal);
        Assert.Equal(PreflightStatus.Ok, report.Checks[1].Status);
    }

    [Fact]
    public async Task Run_CheckThatThrowsACodedError_GivesItsCauseAndNextStep()
    {
        var report = await RunAsync([new Probe("a", _ => throw new AgentException(MachinesErrors.NoImage, "What", "Why", "Next"))]);
        Assert.Equal(("What: Why", "Next", PreflightStatus.Error), (report.Checks[0].Evidence, report.Checks[0].NextStep, report.Checks[0].Status));
    }

    [Fact]
    public async Task Run_CheckThatFailsToRead_IsAnError()
    {
        var report = await RunAsync([new Probe("a", _ => throw new UnauthorizedAccessException("no access to /x"))]);
        Assert.Equal("no access to /x", report.Checks[0].Evidence);
    }

    [Fact]
    public async Task Run_Ignored_IsNotRunAndSaysSo()
    {
        var report = await RunAsync([new Probe("a", _ => throw new InvalidOperationException("it ran"))], "a");
        Assert.Equal((PreflightStatus.Skipped, "ignored, as asked"), (report.Checks[0].Status, report.Checks[0].Evidence));
        Assert.True(report.Passed(failOnWarnings: true));
    }

    [Fact]
    public async Task Run_UnknownNameToIgnore_IsRefusedWithTheNamesThereAre()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => RunAsync([new Probe("disk", _ => Task.FromResult(PreflightFinding.Ok("")))], "dsik"));
        Assert.Equal(MachinesErrors.UnknownCheck, error.Code);
        Assert.Contains("disk", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var runner = new PreflightRunner([new Probe("a", t => Task.Delay(Timeout.Infinite, t).ContinueWith(_ => PreflightFinding.Ok(""), TaskScheduler.Default))], TimeProvider.System);
        var run = runner.RunAsync(Input, new PreflightOptions(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(PreflightStatus.Ok, true, true)]
    [InlineData(PreflightStatus.Skipped, true, true)]
    [InlineData(PreflightStatus.Warning, true, false)]
    [InlineData(PreflightStatus.Error, false, false)]
    public void Passed_WorstStatus_Decides(PreflightStatus worst, bool passes, bool passesStrictly)
    {
        var report = new PreflightReport([new("a", PreflightStatus.Ok, "", null, TimeSpan.Zero), new("b", worst, "", null, TimeSpan.Zero)]);
        Assert.Equal((passes, passesStrictly), (report.Passed(failOnWarnings: false), report.Passed(failOnWarnings: true)));
    }

    private static Task<PreflightReport> RunAsync(IReadOnlyList<IPreflightCheck> checks, params string[] ignore) =>
        new PreflightRunner(checks, TimeProvider.System).RunAsync(Input, new PreflightOptions { Ignore = ignore }, CancellationToken.None);

    private sealed class Probe(string name, Func<CancellationToken, Task<PreflightFinding>> look) : IPreflightCheck
    {
        public string Name => name;

        public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

        public TimeSpan Timeout => Limit;

        public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken) => look(cancellationToken);
    }
}
