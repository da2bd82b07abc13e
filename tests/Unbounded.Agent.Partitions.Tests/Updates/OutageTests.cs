using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A server that is away for a while, and one that has the wrong thing.</summary>
public sealed class OutageTests : IDisposable
{
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
        if (cutInTheMiddle)
            _server.Files["/os-2.0.0.img"] = Image();
        for (var turn = 1; turn <= 6; turn++)
        {
            // It sends a part, and breaks off each time that it is asked to go on.
            _server.Cuts.Clear();
            for (var i = 0; cutInTheMiddle && i < 30; i++)
                _server.Cuts.Enqueue(i == 0 ? 1000 : 0);
            var error = await Assert.ThrowsAsync<AgentException>(TurnAsync);
            Assert.Equal("UBA-7302", error.Code.Id);
            Assert.Equal(("failed", turn), (_scene.Phase, _scene.State.GetProperty("attempt_count").GetInt32()));
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }

        _server.Cuts.Clear();
        _server.Files["/os-2.0.0.img"] = Image();
        Assert.True((await TurnAsync()).Reboots);

        Assert.Equal("activated", _scene.Phase);
    }

    [Fact]
    public async Task Turn_SoonAfterAnOutage_WaitsAndSaysUntilWhen()
    {
        _scene.Publish("2.0.0", OverHttp);
        for (var turn = 1; turn <= 8; turn++)
        {
            await Assert.ThrowsAsync<AgentException>(TurnAsync);
            _scene.Time.Advance(TimeSpan.FromMinutes(31));
        }

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

    private string OverHttp(string entry) => entry.Replace("\"url\":\"", $"\"url\":\"{_server.Url("/")}", StringComparison.Ordinal);

    private byte[] Image() => File.ReadAllBytes(_scene.Host.Path("os-2.0.0.img"));

    private Task<UpdateEnd> TurnAsync() => _scene.Agent.TurnAsync(CancellationToken.None);
}
