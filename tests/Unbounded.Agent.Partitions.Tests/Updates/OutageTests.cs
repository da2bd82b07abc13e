using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A server that is away for a while, and one that has the wrong thing.</summary>
public sealed class OutageTests : IDisposable
{
    // So many answers of a kind that none of another comes within a turn.
    private const int Many = 30;

    private readonly UpdateScene _scene = new();
    private readonly TestServer _server = new();

    public void Dispose()
    {
        _scene.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Law06_AnImageServerThatIsAwayForLong_UsesUpNoAttemptOfTheVersion(bool cutInTheMiddle)
    {
        _scene.Publish("2.0.0", OverHttp);
        _server.Files["/os-2.0.0.img"] = Image();
        for (var turn = 1; turn <= 6; turn++)
        {
            // It sends a part, and breaks off each time that it is asked to go on; or it has no time for anybody.
            _server.Cuts.Clear();
            for (var i = 0; cutInTheMiddle && i < Many; i++)
                _server.Cuts.Enqueue(i == 0 ? 1000 : 0);
            if (!cutInTheMiddle)
                Busy();
            var error = await Assert.ThrowsAsync<AgentException>(TurnAsync);
            Assert.Equal("UBA-7302", error.Code.Id);
            Assert.Equal(("failed", turn), (_scene.Phase, _scene.State.GetProperty("attempt_count").GetInt32()));
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }

        _server.Cuts.Clear();
        _server.Statuses.Clear();
        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal("activated", _scene.Phase);
    }

    [Fact]
    public async Task Law06_AnImageServerToWhichNoConnectionComesAbout_UsesUpNoAttemptOfTheVersion()
    {
        // Nobody listens on port 1.
        _scene.Publish("2.0.0", entry => entry.Replace("\"url\":\"", "\"url\":\"http://127.0.0.1:1/", StringComparison.Ordinal));
        for (var turn = 1; turn <= 6; turn++)
        {
            Assert.Equal("UBA-7302", (await Assert.ThrowsAsync<AgentException>(TurnAsync)).Code.Id);
            Assert.Equal(("failed", turn), (_scene.Phase, _scene.State.GetProperty("attempt_count").GetInt32()));
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }
    }

    [Fact]
    public Task Law06_AnImageThatIsNotThere_IsGivenUpWithinTheAttempts()
    {
        _scene.Publish("2.0.0", OverHttp);
        return IsGivenUpAsync();
    }

    [Fact]
    public Task Law06_AServerThatCantGoOnWhereItBreaks_IsGivenUpWithinTheAttempts()
    {
        _scene.Publish("2.0.0", OverHttp);
        _server.Files["/os-2.0.0.img"] = Image();
        _server.KnowsRanges = false;
        for (var i = 0; i < Many; i++)
            _server.Cuts.Enqueue(1000);
        return IsGivenUpAsync();
    }

    [Fact]
    public async Task Turn_SoonAfterAnOutage_WaitsAndSaysUntilWhen()
    {
        _scene.Publish("2.0.0", OverHttp);
        for (var turn = 1; turn <= 8; turn++)
        {
            Busy();
            await Assert.ThrowsAsync<AgentException>(TurnAsync);
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }

        Busy();
        await Assert.ThrowsAsync<AgentException>(TurnAsync);
        var end = await TurnAsync();

        Assert.Equal("UBA-7302", end.Problem!.Code);
        Assert.InRange(end.LookAgainAt!.Value - _scene.Time.GetUtcNow(), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task Law06_AnImageThatIsWrong_CountsAgainstItsVersionAtOnce()
    {
        _scene.Publish("2.0.0", OverHttp);
        var wrong = Image();
        wrong[^1] ^= 1;
        _server.Files["/os-2.0.0.img"] = wrong;

        await Assert.ThrowsAsync<AgentException>(TurnAsync);
        _scene.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Contains("failed before", (await TurnAsync()).Summary, StringComparison.Ordinal);
    }

    private async Task IsGivenUpAsync()
    {
        for (var turn = 1; turn <= 3; turn++)
        {
            Assert.Equal("UBA-7309", (await Assert.ThrowsAsync<AgentException>(TurnAsync)).Code.Id);
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }

        var asked = _server.Paths.Count;
        Assert.Contains("failed before", (await TurnAsync()).Summary, StringComparison.Ordinal);
        Assert.Equal(asked, _server.Paths.Count);
    }

    private void Busy()
    {
        while (_server.Statuses.Count < Many)
            _server.Statuses.Enqueue(503);
    }

    private string OverHttp(string entry) => entry.Replace("\"url\":\"", $"\"url\":\"{_server.Url("/")}", StringComparison.Ordinal);

    private byte[] Image() => File.ReadAllBytes(_scene.Host.Path("os-2.0.0.img"));

    private Task<UpdateEnd> TurnAsync() => _scene.Agent.TurnAsync(CancellationToken.None);
}
