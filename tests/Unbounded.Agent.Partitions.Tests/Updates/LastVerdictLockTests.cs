using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>The last verdict (the deadline's unit, whose failure reboots the host) while another run of the agent, the daemon say, holds the lock.</summary>
public sealed class LastVerdictLockTests : IDisposable
{
    private readonly UpdateScene _scene = new();
    private int _tries;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task LastHealthcheck_WhileTheLockIsHeld_WaitsAndGivesTheVerdict()
    {
        _scene.Publish("2.0.0");
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.LockedElsewhere = () => ++_tries <= 30;

        var end = await agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, 31, "success"), (end.Succeeded, _tries, _scene.Phase));
    }

    [Fact]
    public async Task LastHealthcheck_WhileTheHolderCommits_Succeeds()
    {
        _scene.Publish("2.0.0");
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.LockedElsewhere = () => ++_tries <= 2 || Committed();

        var end = await agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false, "nothing is on trial", "success"), (end.Succeeded, end.Reboots, end.Summary, _scene.Phase));

        // The daemon is at something else by now, and still holds the lock.
        bool Committed()
        {
            if (_scene.Phase != "success")
            {
                _scene.LockedElsewhere = () => false;
                _scene.Agent.HealthcheckAsync(CancellationToken.None).GetAwaiter().GetResult();
                _scene.LockedElsewhere = () => true;
            }

            return true;
        }
    }

    [Fact]
    public async Task LastHealthcheck_WithNothingOnTrial_DoesNotWaitForTheLock()
    {
        _scene.Publish("2.0.0");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        _scene.LockedElsewhere = () => ++_tries > 0;

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, 1, "staged"), (end.Succeeded, _tries, _scene.Phase));
    }

    [Fact]
    public async Task LastHealthcheck_WhileAHolderComesToNoVerdict_FailsSoThatTheHostGoesBack()
    {
        _scene.Publish("2.0.0");
        var agent = await _scene.TryOutAsync("2.0.0");
        _scene.LockedElsewhere = () => ++_tries > 0;

        var error = await Assert.ThrowsAsync<AgentException>(() => agent.LastHealthcheckAsync(CancellationToken.None));

        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.InRange(_tries, 100, 200);
    }

    [Fact]
    public async Task Healthcheck_WhileTheLockIsHeld_FailsAtOnce()
    {
        _scene.LockedElsewhere = () => ++_tries > 0;

        await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.HealthcheckAsync(CancellationToken.None));

        Assert.Equal(1, _tries);
    }
}
