using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Sources;

public sealed class ResumingHttpStreamTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly TestServer _server = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _content = TestImages.Content(1, 300_000);

    public ResumingHttpStreamTests() => _server.Files["/image"] = _content;

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Read_OfAFile_GivesItWhole()
    {
        Assert.Equal(_content, ReadAll());
        Assert.Equal([0], _server.Ranges);
    }

    [Fact]
    public void Read_OverConnectionsThatBreak_GoesOnWhereTheyBroke()
    {
        foreach (var cut in new[] { 100_000, 1, 0, 50_000 })
            _server.Cuts.Enqueue(cut);

        Assert.Equal(_content, ReadAll());

        Assert.Equal([0, 100_000, 100_001, 100_001, 150_001], _server.Ranges);
    }

    [Fact]
    public void Read_OfAFileThatChangesMeanwhile_Fails()
    {
        _server.Cuts.Enqueue(100_000);
        using var stream = Open();
        Assert.Equal(1000, stream.ReadAtLeast(new byte[1000], 1000));

        _server.ETag = "\"two\"";

        Assert.Equal(PartitionsErrors.SourceRefuses, Assert.Throws<AgentException>(() => stream.CopyTo(Stream.Null)).Code);
    }

    [Fact]
    public void Read_OfAServerWithoutRanges_FailsWhereItBroke()
    {
        _server.KnowsRanges = false;
        _server.Cuts.Enqueue(100_000);

        Assert.Equal(PartitionsErrors.SourceRefuses, Assert.Throws<AgentException>(ReadAll).Code);
    }

    [Fact]
    public void Read_OfAServerThatIsBusyForAWhile_Waits()
    {
        _server.Statuses.Enqueue(503);
        _server.Statuses.Enqueue(429);

        Assert.Equal(_content, ReadAll());
    }

    [Fact]
    public void Read_OfAServerThatStaysBusy_GivesUp()
    {
        for (var i = 0; i < ResumingHttpStream.Tries; i++)
            _server.Statuses.Enqueue(500);

        var error = Assert.Throws<AgentException>(ReadAll);

        Assert.Equal(PartitionsErrors.SourceUnavailable, error.Code);
        Assert.Equal(ResumingHttpStream.Tries, _server.Ranges.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(410)]
    [InlineData(416)]
    public void Law06_AnAnswerThatWaitingDoesNotChange_IsNoServerThatIsAway(int status)
    {
        _server.Statuses.Enqueue(status);

        var error = Assert.Throws<AgentException>(ReadAll);

        Assert.Equal((PartitionsErrors.SourceRefuses, false, ErrorKind.Transient), (error.Code, error.Code.IsAway, error.Code.Kind));
        Assert.Single(_server.Ranges);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(416)]
    public void Law06_AFileThatIsTakenAwayInTheMiddle_IsNoServerThatIsAway(int status)
    {
        _server.Cuts.Enqueue(100_000);
        using var stream = Open();
        stream.ReadExactly(new byte[1000]);
        _server.Statuses.Enqueue(status);

        Assert.Equal(PartitionsErrors.SourceRefuses, Assert.Throws<AgentException>(() => stream.CopyTo(Stream.Null)).Code);
    }

    [Fact]
    public void Begin_OfAMissingFile_FailsAtOnce()
    {
        _server.Files.Clear();

        var error = Assert.Throws<AgentException>(ReadAll);

        Assert.Contains("404", error.Why, StringComparison.Ordinal);
        Assert.Single(_server.Ranges);
    }

    [Fact]
    public void Read_AfterAStop_Ends()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new ResumingHttpStream(_http, _server.Url("/image"), new QuickTime(), Silence, stop.Token);
        stream.Begin();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void Read_OfAServerThatFallsSilent_GoesOnOverAnotherConnection()
    {
        _server.Stalls.Enqueue(100_000);
        using var all = new MemoryStream();
        var time = new SilenceClock(Silence, () => all.Length == 100_000);
        using var stream = new ResumingHttpStream(_http, _server.Url("/image"), time, Silence, CancellationToken.None);
        stream.Begin();
        stream.CopyTo(all);

        Assert.Equal(_content, all.ToArray());
        Assert.Equal(100_000, _server.Ranges[1]);
    }

    [Fact]
    public async Task Read_OfASilentServer_EndsAtAStop()
    {
        _server.Stalls.Enqueue(100_000);
        using var stop = new CancellationTokenSource();
        using var stream = new ResumingHttpStream(_http, _server.Url("/image"), TimeProvider.System, Silence, stop.Token);
        stream.Begin();
        stream.ReadExactly(new byte[100_000]);
        var waiting = Task.Run(() => stream.ReadByte());

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Read_OfAFailure_ShowsNoQuery()
    {
        var error = Assert.Throws<AgentException>(() =>
        {
            using var stream = new ResumingHttpStream(_http, _server.Url("/none?token=secret"), new QuickTime(), Silence, CancellationToken.None);
            stream.Begin();
        });

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private ResumingHttpStream Open()
    {
        var stream = new ResumingHttpStream(_http, _server.Url("/image"), new QuickTime(), Silence, CancellationToken.None);
        stream.Begin();
        return stream;
    }

    private byte[] ReadAll()
    {
        using var stream = Open();
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>A clock on which a silence has lasted long enough as soon as it has come, once; every pause is over at once.</summary>
    private sealed class SilenceClock(TimeSpan silence, Func<bool> hasCome) : TimeProvider
    {
        private bool _isOver;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var fires = dueTime != silence;
            if (!fires && !_isOver && hasCome())
                fires = _isOver = true;
            return System.CreateTimer(callback, state, fires ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
