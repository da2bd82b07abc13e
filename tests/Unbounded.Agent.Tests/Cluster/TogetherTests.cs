using Unbounded.Agent.Cluster;

namespace Unbounded.Agent.Tests.Cluster;

public sealed class TogetherTests
{
    private readonly List<string> _ended = [];

    [Fact]
    public async Task Run_OnePartEnds_TheOthersAreEndedAndWaitedFor()
    {
        await Together.RunAsync([_ => Task.CompletedTask, UntilCancelledAsync("second"), UntilCancelledAsync("third")], CancellationToken.None);

        Assert.Equal(["second", "third"], _ended.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_OnePartFails_ItsErrorIsTheOneThatIsTold()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Together.RunAsync(
            [UntilCancelledAsync("first"), _ => Task.FromException(new InvalidOperationException("why"))], CancellationToken.None));

        Assert.Equal("why", error.Message);
        Assert.Equal(["first"], _ended);
    }

    [Fact]
    public async Task Run_Cancelled_EndsAllAndSaysSo()
    {
        using var end = new CancellationTokenSource();
        var run = Together.RunAsync([UntilCancelledAsync("first"), UntilCancelledAsync("second")], end.Token);
        Assert.False(run.IsCompleted);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["first", "second"], _ended.Order(StringComparer.Ordinal));
    }

    // Takes another turn before it has ended, as one that cleans up does.
    private Func<CancellationToken, Task> UntilCancelledAsync(string name) => async cancellationToken =>
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await Task.Yield();
            lock (_ended)
                _ended.Add(name);
        }
    };
}
