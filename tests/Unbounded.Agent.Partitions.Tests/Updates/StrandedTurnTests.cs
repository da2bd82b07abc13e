using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A host that updates itself, whose agent died between the intent to activate and the reboot: the host still runs the same boot.</summary>
public sealed class StrandedTurnTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public StrandedTurnTests() => _scene.Publish("2.0.0");

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(Death.AfterTheIntent)]
    [InlineData(Death.AfterTheBootEnvironment)]
    [InlineData(Death.OfTheReboot)]
    public async Task Turn_OnTheSameBoot_ActivatesAndReboots(Death death)
    {
        await StrandAsync(death);
        Assert.False(await _scene.Agent.IsVerdictDueAsync(CancellationToken.None));

        var end = await _scene.Agent.TurnAsync(CancellationToken.None);

        Assert.Equal((true, 2, "activated"), (end.Reboots, _scene.Reboots, _scene.Phase));
        _scene.Host.Boot();
        _scene.Boots("2.0.0");
        Assert.True(await _scene.Agent.IsVerdictDueAsync(CancellationToken.None));
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.Equal(("success", "B"), (_scene.Phase, (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot));
    }

    [Theory]
    [InlineData(Death.AfterTheIntent)]
    [InlineData(Death.AfterTheBootEnvironment)]
    [InlineData(Death.OfTheReboot)]
    public async Task Turn_OutsideTheWindow_WaitsForIt(Death death)
    {
        await StrandAsync(death);
        // The clock of these tests stands a little after three.
        _scene.Settings = new() { MaintenanceWindow = "04:00-05:00" };

        var end = await _scene.Agent.TurnAsync(CancellationToken.None);

        Assert.Equal((false, 1), (end.Reboots, _scene.Reboots));
        Assert.Contains("the maintenance window opens", end.Summary, StringComparison.Ordinal);
        _scene.Settings = new();
        Assert.True((await _scene.Agent.TurnAsync(CancellationToken.None)).Reboots);
    }

    [Theory]
    [InlineData(Death.AfterTheIntent)]
    [InlineData(Death.AfterTheBootEnvironment)]
    public async Task Turn_ThatDiesOverItEachTime_GivesTheVersionUp(Death death)
    {
        await StrandAsync(death);
        AgentException? givenUp = null;

        for (var turns = 0; givenUp is null && turns < 20; turns++)
        {
            try
            {
                await DieAsync(death, () => _scene.Agent.TurnAsync(CancellationToken.None));
            }
            catch (AgentException e)
            {
                givenUp = e;
            }
        }

        Assert.NotNull(givenUp);
        Assert.Equal("A", (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot);
        Assert.Contains("failed before", (await _scene.Agent.TurnAsync(CancellationToken.None)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_WhoseRebootIsNotHeard_CostsTheVersionNoAttempt()
    {
        await StrandAsync(Death.OfTheReboot);

        for (var turns = 0; turns < 5; turns++)
            Assert.True((await _scene.Agent.TurnAsync(CancellationToken.None)).Reboots);

        Assert.Equal("activated", _scene.Phase);
    }

    [Fact]
    public async Task Turn_WithTheVersionBlockedMeanwhileAndAnotherThere_TakesThatOne()
    {
        await StrandAsync(Death.AfterTheBootEnvironment);
        _scene.Block("2.0.0");
        _scene.Publish("2.0.1");

        Assert.True((await _scene.Agent.TurnAsync(CancellationToken.None)).Reboots);

        Assert.Equal(("activated", "2.0.1"), (_scene.Phase, _scene.State.GetProperty("to_version").GetString()));
    }

    [Fact]
    public async Task Turn_WithARollbackThatNeverRebooted_GoesBackThoughTheVersionIsBlocked()
    {
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);
        await _scene.Agent.RollbackAsync(CancellationToken.None);
        _scene.Block("1.0.0");

        var end = await _scene.Agent.TurnAsync(CancellationToken.None);

        Assert.Equal((true, 3), (end.Reboots, _scene.Reboots));
        _scene.Host.Boot();
        Assert.Equal("A", _scene.Host.Running.Value);
    }

    /// <summary>When the agent died.</summary>
    public enum Death
    {
        /// <summary>Before the boot environment was written.</summary>
        AfterTheIntent,

        /// <summary>Before the host was told to reboot.</summary>
        AfterTheBootEnvironment,

        /// <summary>Not at all: the host was told, and did not.</summary>
        OfTheReboot,
    }

    private async Task StrandAsync(Death death)
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await DieAsync(death, () => _scene.Agent.ActivateAsync(force: false, CancellationToken.None));
    }

    // What was on the disks when it died is put back.
    private async Task DieAsync(Death death, Func<Task<UpdateEnd>> activate)
    {
        var record = _scene.Host.Path("data/record.json");
        var kept = death == Death.AfterTheIntent ? Directory.GetFiles(_scene.Host.Paths.Boot).ToDictionary(f => f, File.ReadAllBytes) : [];
        if (death != Death.OfTheReboot)
            _scene.Rebooting = () => (kept[record], kept[_scene.StateFile]) = (File.ReadAllBytes(record), File.ReadAllBytes(_scene.StateFile));
        await activate();
        _scene.Rebooting = null;
        foreach (var (file, content) in kept)
            await File.WriteAllBytesAsync(file, content);
    }
}
