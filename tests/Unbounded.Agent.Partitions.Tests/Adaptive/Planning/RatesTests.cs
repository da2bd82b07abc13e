using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Planning;

public sealed class RatesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private RatesFile Kept => new(new DurableStore(), _directory.File("rates.json"));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1000, 10, 100)]
    [InlineData(10, 1000, 100)]
    public void Whole_IsAsSlowAsTheSlowerOfFetchingAndWriting(double fetch, double write, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new Rates { Fetch = fetch, Write = write }.Whole(1000, 1000));

    [Fact]
    public void Delta_CountsWhatIsFetchedCopiedAndWritten()
    {
        var plan = new BlockPlan(new(4096, 100 * 4096));
        plan.Fetch.Add(1);
        plan.Zero.Add(2);
        plan.Copy(3, 3, BlockOrigin.Running);
        plan.Repeat(4, 1);

        Assert.Equal((4096, 2 * 4096, 4 * 4096), (plan.FetchBytes, plan.CopyBytes, plan.WriteBytes));
        Assert.Equal(TimeSpan.FromSeconds(4 + 1 + 1), new Rates { Fetch = 1024, Read = 8192, Write = 16384 }.Delta(plan));
    }

    [Theory]
    [InlineData(1, 1, 7)]
    [InlineData(8 << 20, 0, 7)]
    [InlineData(8 << 20, 2, 4 << 20)]
    public void Measured_OfTooLittle_IsTheRateBefore(long bytes, int seconds, double expected) =>
        Assert.Equal(expected, Rates.Measured(7, bytes, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Rates_OfLastTime_AreKept()
    {
        var rates = new Rates { Fetch = 1, Read = 2, Write = 3 };
        await Kept.WriteAsync(rates, CancellationToken.None);

        Assert.Equal(rates, await Kept.ReadAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"fetch\":0}")]
    [InlineData("{\"fetch\":-1}")]
    [InlineData("{\"read\":1e999}")]
    [InlineData("[]")]
    public async Task Rates_ThatAreDamaged_AreTheUsualOnes(string content)
    {
        await File.WriteAllTextAsync(_directory.File("rates.json"), content);

        Assert.Equal(new Rates(), await Kept.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Rates_OfAFirstTime_AreTheUsualOnes() => Assert.Equal(new Rates(), await Kept.ReadAsync(CancellationToken.None));
}
