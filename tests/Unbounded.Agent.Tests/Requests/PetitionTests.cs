using Unbounded.Agent.Cli;
using Unbounded.Agent.Core;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Following;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Requests;

/// <summary>A person asks, from the request's file to the answer; through the daemon's loop, and without a daemon.</summary>
public sealed class PetitionTests : IAsyncLifetime
{
    private readonly NodeScene _node = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("Manual", true)]
    [InlineData("Manual", false)]
    [InlineData("OnDelete", true)]
    [InlineData("OnDelete", false)]
    public async Task Update_ThatWaitsForAPerson_HappensWhenOneAsks(string strategy, bool daemon)
    {
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, $"strategy: {strategy}");
        Assert.Equal("1.30.1", await _node.ActiveVersionAsync());

        var end = await _node.AskAsync(RequestKind.Update);

        Assert.Equal((TransitionResult.Succeeded, "1.31.0"), (end.Transition!.Result, end.Transition.Version));
        Assert.Equal("1.31.0", await _node.ActiveVersionAsync());
        Assert.Empty((await _node.Requests.ListAsync(_node.Limit)).Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_OfANodeThatIsAsDesired_IsNothing(bool daemon)
    {
        await _node.InstallAsync(daemon);
        var terminal = new RecordedTerminal();

        var end = await _node.AskAsync(RequestKind.Update);

        Assert.Null(end.Transition);
        Assert.Equal(0, TransitionOutcome.Print(end.Transition, terminal.Context()));
        Assert.Contains("as desired", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Law04_AnUpdateThatIsPaused_IsKeptUntilItMayHappen(bool daemon)
    {
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, "strategy: Manual", "paused: true");

        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(RequestKind.Update));

        Assert.Equal(FrontDoorErrors.RequestWaits, error.Code);
        Assert.Contains("spec.update.paused", error.Why, StringComparison.Ordinal);
        var kept = Assert.Single((await _node.Requests.ListAsync(_node.Limit)).Waiting);
        Assert.Contains(_node.Requests.PathOf(kept.Id), error.Next, StringComparison.Ordinal);

        _node.Edit("1.31.0", "strategy: Manual");
        await DoneAsync(daemon);

        Assert.Equal("1.31.0", await _node.ActiveVersionAsync());
        Assert.Empty((await _node.Requests.ListAsync(_node.Limit)).Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_OutsideTheWindow_HappensOnlyWhenTheWindowIsIgnored(bool daemon)
    {
        await _node.InstallAsync(daemon);
        var hour = (DateTime.UtcNow.Hour + 6) % 24;
        await WaitingAsync(daemon, "strategy: Manual", $"maintenanceWindow: \"{hour:00}:00-{hour:00}:01\"");
        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(RequestKind.Update));
        Assert.Contains("the maintenance window opens at", error.Why, StringComparison.Ordinal);

        await _node.AskAsync(RequestKind.Update, ignoreWindow: true);

        Assert.Equal("1.31.0", await _node.ActiveVersionAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_ThatIsRolledBack_EndsWithItsTransitionAndExitCode7(bool daemon)
    {
        _node.Slots.ChecksOf = slot => slot == Records.Kube2 ? [new Hopeless()] : [];
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, "strategy: Manual");

        var end = await _node.AskAsync(RequestKind.Update);

        Assert.Equal(TransitionResult.RolledBack, end.Transition!.Result);
        var error = Assert.Throws<AgentException>(() => TransitionOutcome.Print(end.Transition, new RecordedTerminal().Context()));
        Assert.Equal(7, ExitCode.Of(error.Code.Kind));
        Assert.Contains("the wrong version", error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_ToATargetThatFailedBefore_IsRefusedWithItsError(bool daemon)
    {
        _node.Slots.ChecksOf = slot => slot == Records.Kube2 ? [new Hopeless()] : [];
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, "strategy: Manual");
        await _node.AskAsync(RequestKind.Update);

        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(RequestKind.Update));

        Assert.Equal(CoreErrors.GateFailed.Id, error.Code.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rollback_OnRequest_GoesBack(bool daemon)
    {
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, "strategy: Manual");
        await _node.AskAsync(RequestKind.Update);

        var end = await _node.AskAsync(RequestKind.Rollback);

        Assert.Equal((TransitionKind.Rollback, TransitionResult.Succeeded), (end.Transition!.Kind, end.Transition.Result));
        Assert.Equal("1.30.1", await _node.ActiveVersionAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rollback_WithNothingToGoBackTo_IsRefused(bool daemon)
    {
        await _node.InstallAsync(daemon);

        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(RequestKind.Rollback));

        Assert.Equal(CoreErrors.NothingToRollBackTo.Id, error.Code.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rollback_BesideADamagedRequest_IsCarriedOutAndTheOtherStays(bool daemon)
    {
        await _node.InstallAsync(daemon);
        await WaitingAsync(daemon, "strategy: Manual");
        await _node.AskAsync(RequestKind.Update);
        Host.Write(_node.Requests.PathOf("x"), "garbage");

        await _node.AskAsync(RequestKind.Rollback);

        Assert.Equal("1.30.1", await _node.ActiveVersionAsync());
        Assert.Equal("garbage", await File.ReadAllTextAsync(_node.Requests.PathOf("x")));
    }

    [Theory]
    [InlineData("Update", "swap")]
    [InlineData("Rollback", "rollback")]
    public async Task Law04_ARequestWhoseDaemonStops_IsKeptAndTheDaemonNamed(string kind, string name)
    {
        await _node.InstallAsync(daemon: false);
        _node.DaemonEndsWhenAsked();

        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(Enum.Parse<RequestKind>(kind)));

        Assert.Equal(FrontDoorErrors.DaemonStopped, error.Code);
        Assert.Contains(name, error.What, StringComparison.Ordinal);
        Assert.Contains("systemctl start", error.Next, StringComparison.Ordinal);
        var kept = Assert.Single((await _node.Requests.ListAsync(_node.Limit)).Waiting);
        Assert.Contains(_node.Requests.PathOf(kept.Id), error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_OfANodeWithoutARecord_WaitsAndSaysWhy()
    {
        File.Delete(_node.Paths.ConfigFile);

        var error = await Assert.ThrowsAsync<AgentException>(() => _node.AskAsync(RequestKind.Rollback));

        Assert.Equal(FrontDoorErrors.RequestWaits, error.Code);
        Assert.Contains("no valid configuration", error.Why, StringComparison.Ordinal);
    }

    private async Task WaitingAsync(bool daemon, params string[] update)
    {
        _node.Edit("1.31.0", update);
        if (daemon)
            await _node.NotedAsync(n => n.Settled && n.Plan!.Contains("strategy", StringComparison.Ordinal) | n.Plan.Contains("paused", StringComparison.Ordinal));
        else
            await _node.Reconciler.ReconcileAsync(_node.Limit);
    }

    private async Task DoneAsync(bool daemon)
    {
        if (daemon)
            await _node.NotedAsync(n => n is { Settled: true, Plan: "the node is as desired" });
        else
            await _node.Reconciler.ReconcileAsync(_node.Limit);
    }

    private sealed class Hopeless : ICheck
    {
        public string Name => "hopeless";

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) => Task.FromResult(CheckResult.Never("the wrong version"));
    }
}
