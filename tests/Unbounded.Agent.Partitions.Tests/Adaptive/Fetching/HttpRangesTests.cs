using System.Diagnostics.CodeAnalysis;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Fetching;

public sealed class HttpRangesTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly HttpClient _http = new();
    private readonly QuickTime _time = new();
    private readonly byte[] _file = TestImages.Content(3, 100_000);

    public HttpRangesTests() => _server.Files["/file"] = _file;

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 100_000)]
    [InlineData(777, 50_000)]
    [InlineData(99_999, 1)]
    public async Task Read_OfAPart_GivesExactlyThat(int from, int length)
    {
        var ranges = Open();

        Assert.Equal(_file[from..(from + length)], await ReadAsync(ranges, from, length));
        Assert.Equal((length, length), (ranges.FetchedBytes, _server.Sent["/file"]));
    }

    [Fact]
    public async Task Read_OverConnectionsThatBreak_AsksOnlyForWhatIsMissing()
    {
        foreach (var cut in (int[])[10, 20, 0, 30])
            _server.Cuts.Enqueue(cut);

        Assert.Equal(_file[1000..2000], await ReadAsync(Open(), 1000, 1000));

        Assert.Equal([1000, 1010, 1030, 1030, 1060], _server.Ranges);
    }

    [Fact]
    public async Task Read_FromAServerThatFailsAndComesBack_GoesOn()
    {
        foreach (var status in (int[])[500, 503, 429])
            _server.Statuses.Enqueue(status);

        Assert.Equal(_file[..10], await ReadAsync(Open(), 0, 10));
    }

    [Fact]
    public async Task Read_FromAServerThatGoesOnFailing_EndsWithItsAnswer()
    {
        for (var i = 0; i < ResumingHttpStream.Tries; i++)
            _server.Statuses.Enqueue(500);

        var error = await FailsAsync(0, 10);

        Assert.Equal(PartitionsErrors.SourceUnavailable, error.Code);
        Assert.Contains("500", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FromAServerThatSendsAllOfIt_SaysSo()
    {
        _server.KnowsRanges = false;

        Assert.Equal(PartitionsErrors.NoRanges, (await FailsAsync(10, 10)).Code);
    }

    [Fact]
    public async Task Read_OfWhatIsNotThere_SaysSoAtOnce()
    {
        _server.Files.Clear();

        var error = await FailsAsync(0, 1);

        Assert.Equal(PartitionsErrors.SourceRefuses, error.Code);
        Assert.Contains("404", error.Why, StringComparison.Ordinal);
        Assert.Single(_server.Ranges);
    }

    [Fact]
    public async Task Read_ThatIsStopped_Ends() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().ReadAsync(0, new byte[1], new CancellationToken(canceled: true)));

    [Fact]
    public async Task Read_OfALocalFile_GivesThePartOrSaysThatItEnds()
    {
        using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory.File("file"), _file);
        var ranges = new LocalRanges(new Uri(directory.File("file")), directory.File("file"));

        Assert.Equal(_file[500..900], await ReadAsync(ranges, 500, 400));
        Assert.Equal(PartitionsErrors.SourceRefuses, (await Assert.ThrowsAsync<AgentException>(() => ReadAsync(ranges, 99_999, 2))).Code);
    }

    [Fact]
    public async Task Read_OfAFileWithinAnother_GivesNoByteOfWhatFollows()
    {
        using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory.File("file"), _file);
        var ranges = new LocalRanges(new Uri(directory.File("file")), directory.File("file"), static () => (1000, 500));

        Assert.Equal(_file[1100..1500], await ReadAsync(ranges, 100, 400));
        Assert.Equal(PartitionsErrors.SourceRefuses, (await Assert.ThrowsAsync<AgentException>(() => ReadAsync(ranges, 100, 401))).Code);
    }

    [SuppressMessage("Performance", "CA1859", Justification = "what is tested is the contract")]
    private IRangeSource Open() => new HttpRanges(_http, _server.Url("/file"), _time, TimeSpan.FromMinutes(1));

    private Task<AgentException> FailsAsync(long from, int length) => Assert.ThrowsAsync<AgentException>(() => ReadAsync(Open(), from, length));

    private static async Task<byte[]> ReadAsync(IRangeSource ranges, long from, int length)
    {
        var into = new byte[length];
        await ranges.ReadAsync(from, into, CancellationToken.None);
        return into;
    }
}
