using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A fetch that was cut off, and what becomes of it when the source has another version by then.</summary>
public sealed class CutFetchTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Law03_AFetchThatWasCut_GoesOnAsItWasFrozenThoughTheSourceHasAnotherVersion(bool killed)
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop), killed);
        _scene.Publish("3.0.0");

        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal(("activated", "2.0.0", 1), (_scene.Phase, Text("to_version"), _scene.State.GetProperty("attempt_count").GetInt32()));
        _scene.Host.Boot();
        _scene.Boots("2.0.0");
        await _scene.Agent.HealthcheckAsync(CancellationToken.None);
        Assert.True((await TurnAsync()).Reboots);
        Assert.Equal(("activated", "3.0.0"), (_scene.Phase, Text("to_version")));
    }

    [Fact]
    public async Task Law05_AFetchThatWasCut_GoesOnBeforeTheSourceIsAsked()
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop));
        File.Delete(_scene.Host.Path("index.json"));

        await Assert.ThrowsAsync<AgentException>(TurnAsync);

        Assert.Equal("staged", _scene.Phase);
        _scene.Edit(entry => entry);
        Assert.True((await TurnAsync()).Reboots);
    }

    [Fact]
    public async Task Turn_WithACutFetchWhoseImageIsGone_GivesItUpAndTakesWhatThereIs()
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop));
        _scene.Withdraw("2.0.0");
        _scene.Publish("3.0.0");

        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal(("activated", "3.0.0"), (_scene.Phase, Text("to_version")));
    }

    [Fact]
    public async Task Turn_WithACutFetchWhoseImageIsGoneAndNothingElse_IsLeftInGoodOrder()
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop));
        _scene.Withdraw("2.0.0");

        var end = await TurnAsync();

        Assert.Equal(("failed", false), (_scene.Phase, end.Reboots));
        Assert.Contains("nothing newer", end.Summary, StringComparison.Ordinal);
        Assert.NotEqual("", Text("last_error"));
    }

    [Fact]
    public async Task Law06_AFetchThatIsKilledEachTime_IsGivenUp()
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop), killed: true);
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop), killed: true);
        await _scene.CutAsync((agent, stop) => agent.TurnAsync(stop), killed: true);

        Assert.Contains("failed before", (await TurnAsync()).Summary, StringComparison.Ordinal);
        Assert.Equal("failed", _scene.Phase);
        _scene.Publish("3.0.0");
        Assert.True((await TurnAsync()).Reboots);
    }

    [Fact]
    public async Task Law03_ApplyByHandOfACutFetch_GoesOnAsItWasFrozen()
    {
        _scene.Publish("2.0.0");
        await _scene.CutAsync((agent, stop) => agent.ApplyAsync(new(), stop));
        _scene.Publish("3.0.0");

        var refused = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.ApplyAsync(new("3.0.0"), CancellationToken.None));
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Equal("UBA-7401", refused.Code.Id);
        Assert.Contains("cut off", refused.Why, StringComparison.Ordinal);
        Assert.Equal(("staged", "2.0.0"), (_scene.Phase, Text("to_version")));
    }

    private string Text(string name) => _scene.State.GetProperty(name).GetString()!;

    private Task<UpdateEnd> TurnAsync() => _scene.Agent.TurnAsync(CancellationToken.None);
}
