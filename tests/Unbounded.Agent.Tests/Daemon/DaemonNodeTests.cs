using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Daemon;

/// <summary>A node under its daemon, from the edit of machine.yaml to the status file; slots in memory, everything else as it is.</summary>
public sealed class DaemonNodeTests : IAsyncLifetime
{
    private readonly NodeScene _node = new();

    public Task InitializeAsync() => _node.InstallAsync(daemon: true);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Edit_OfTheVersion_SwapsTheNode()
    {
        _node.Edit("1.31.0");

        await _node.RecordedAsync(r => r is { Transition: null, Active.Version: "1.31.0" });

        await StatusAsync("phase: Ready", "activeSlot: kube2", "kube2 runs Kubernetes 1.31.0");
        Assert.Contains("1.31.0", await File.ReadAllTextAsync(_node.Paths.ConfigDirectory + "/kube2-applied-config.json"), StringComparison.Ordinal);
        Assert.False(File.Exists(_node.Paths.ConfigDirectory + "/kube1-applied-config.json"));
        Assert.Contains("\"phase\": \"success\"", await File.ReadAllTextAsync(_node.Paths.State), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_ThatIsBroken_ChangesNothingAndIsToldOfUntilItIsMended()
    {
        Host.Write(_node.Paths.MachineFile, "apiVersion: [\n");

        await _node.NotedAsync(n => n is { Settled: true, Problem.Code: "UBA-5101" or "UBA-5102" or "UBA-5103" });
        await StatusAsync("phase: Ready", "kube1 runs Kubernetes 1.30.1", "UBA-510");

        _node.Edit("1.31.0");
        await _node.RecordedAsync(r => r.Active!.Version == "1.31.0" && r.Transition is null);
        await _node.NotedAsync(n => n is { Settled: true, Problem: null });
    }

    [Fact]
    public async Task Edit_WithASlipOfTheTypist_IsAConditionOfTheStatus()
    {
        _node.Edit("1.30.1", "strateg: Manual");

        await StatusAsync("ConfigurationWarning", "$.spec.update.strateg", "did you mean strategy?");
    }

    [Fact]
    public async Task Law06_Edit_ToATargetThatFails_IsRolledBackAndNotTriedAgainUntilAskedTo()
    {
        var asked = 0;
        _node.Slots.ChecksOf = slot => slot == Records.Kube2 && Interlocked.Increment(ref asked) <= 1 ? [new Fails()] : [];

        _node.Edit("1.31.0");
        await _node.NotedAsync(n => n is { Settled: true, Problem.Code: "UBA-1023" });
        Assert.Equal("1.30.1", await _node.ActiveVersionAsync());
        await StatusAsync("phase: Failed", "the version is wrong");

        // An edit that is none of the target's wakes the daemon, and changes nothing about it.
        _node.Edit("1.31.0", "paused: false");
        await _node.NotedAsync(n => n is { Settled: true, Problem.Code: "UBA-1023" });
        Assert.Equal(1, asked);

        _node.Edit("1.31.0", "retryNonce: again");
        await _node.RecordedAsync(r => r is { Transition: null, Active.Version: "1.31.0" });
    }

    [Fact]
    public async Task Edit_OfLabels_SwapsNothingAndIsInTheAppliedConfig()
    {
        var swapped = (await _node.Records.LoadAsync(_node.Limit))!.LastTransition!.StartedAt;
        Host.Write(_node.Paths.MachineFile, Host.Machine("1.30.1", "    nodeLabels:\n      rack: r7\n"));

        await _node.NotedAsync(n => n is { Settled: true } && File.ReadAllText(_node.Paths.ConfigDirectory + "/kube1-applied-config.json").Contains("\"rack\": \"r7\"", StringComparison.Ordinal));

        Assert.Equal(swapped, (await _node.Records.LoadAsync(_node.Limit))!.LastTransition!.StartedAt);
    }

    [Fact]
    public async Task Edits_TenInARow_EndOnTheLast()
    {
        for (var i = 1; i <= 10; i++)
            _node.Edit($"1.31.{i}");

        await _node.RecordedAsync(r => r is { Transition: null, Active.Version: "1.31.10" });
        await StatusAsync("1.31.10");
    }

    [Fact]
    public async Task RepaveCounter_Raised_SwapsToTheSameVersion()
    {
        Host.Write(_node.Paths.MachineFile, Host.Machine("1.30.1", "  operations:\n    repaveCounter: 1\n  update:\n    healthGate:\n      settle: 0s\n"));

        await _node.RecordedAsync(r => r is { Transition: null, LastTransition.Kind: TransitionKind.Repave, Active.Version: "1.30.1" });

        Assert.Equal(Records.Kube2, (await _node.Records.LoadAsync(_node.Limit))!.Active!.Slot);
    }

    [Fact]
    public async Task Edit_OfTheName_IsRefused()
    {
        Host.Write(_node.Paths.MachineFile, Host.Machine("1.31.0").Replace("edge-1", "edge-2", StringComparison.Ordinal));

        await _node.NotedAsync(n => n is { Settled: true, Problem: not null });

        Assert.Equal("1.30.1", await _node.ActiveVersionAsync());
    }

    // The file follows the record a moment later.
    private async Task StatusAsync(params string[] says)
    {
        var status = await _node.StatusAsync(s => says.All(p => s.Contains(p, StringComparison.Ordinal)));
        Assert.DoesNotContain("token", status, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Fails : ICheck
    {
        public string Name => "version";

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) => Task.FromResult(CheckResult.Never("the version is wrong"));
    }
}
