using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Store;

public sealed class StoreConcurrencyTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task EnsureAsync_ManyCallersAtOnce_ShareOneRun()
    {
        var store = await _fixture.OpenAsync();
        var reference = _fixture.Archive(Large());
        using var gate = new Gate();
        var first = store.EnsureAsync(reference, gate);
        await gate.Reached;
        var others = Enumerable.Range(0, 8).Select(_ => store.EnsureAsync(reference)).ToList();
        Assert.Single(Directory.GetDirectories(Path.Combine(_fixture.Root, "work")));
        gate.Open();
        var image = await first;
        Assert.All(await Task.WhenAll(others), other => Assert.Equal(image, other));
    }

    [Fact]
    public async Task EnsureAsync_OneOfTwoCallersCancels_TheOtherGetsTheImage()
    {
        var store = await _fixture.OpenAsync();
        var reference = _fixture.Archive(Large());
        using var gate = new Gate();
        using var cancel = new CancellationTokenSource();
        var cancelled = store.EnsureAsync(reference, gate, cancel.Token);
        await gate.Reached;
        var other = store.EnsureAsync(reference);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Open();
        Assert.Equal(1, (await other).Entries);
    }

    [Fact]
    public async Task EnsureAsync_LastCallerCancels_NothingIsLeftWhenItReturns()
    {
        var store = await _fixture.OpenAsync();
        var reference = _fixture.Archive(Large());
        using var gate = new Gate();
        using var cancel = new CancellationTokenSource();
        var cancelled = store.EnsureAsync(reference, gate, cancel.Token);
        await gate.Reached;
        await cancel.CancelAsync();
        gate.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Empty(_fixture.Leftovers());
        Assert.Empty(await store.ListAsync());
        Assert.NotNull(await store.EnsureAsync(reference));
    }

    [Fact]
    public async Task EnsureAsync_CancelledAtEveryReport_LeavesAllOrNothing()
    {
        var reference = _fixture.Archive(Large());
        for (var at = 0; ; at++)
        {
            var store = await _fixture.OpenAsync();
            using var cancel = new CancellationTokenSource();
            var isDone = false;
            try
            {
                await store.EnsureAsync(reference, new CancelAt(at, cancel), cancel.Token);
                isDone = !cancel.IsCancellationRequested;
            }
            catch (OperationCanceledException)
            {
                Assert.InRange((await store.ListAsync()).Count, 0, 1);
            }

            Assert.Empty(_fixture.Leftovers());
            foreach (var image in await store.ListAsync())
            {
                Assert.Equal(6_000_000, new FileInfo(Path.Combine(image.Root, "big")).Length);
                await store.RemoveAsync(image.Digest);
            }

            if (isDone)
                break;
            Assert.InRange(at, 0, 50);
        }
    }

    [Fact]
    public async Task EnsureAsync_AlreadyCancelled_HasNoEffect()
    {
        var store = await _fixture.OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.EnsureAsync(_fixture.Archive(Large()), null, new CancellationToken(canceled: true)));
        Assert.Empty(_fixture.Leftovers());
    }

    [Fact]
    public async Task EnsureAsync_TwoStoresOnOneDirectory_BothGetTheImage()
    {
        var reference = _fixture.Archive(Large());
        var one = await _fixture.OpenAsync();
        using var gate = new Gate();
        var first = one.EnsureAsync(reference, gate);
        await gate.Reached;
        // Opened while the other one works: its work must not be swept away.
        var two = await _fixture.OpenAsync();
        var second = await two.EnsureAsync(reference);
        gate.Open();
        Assert.Equal(second, await first);
        Assert.Empty(_fixture.Leftovers());
        Assert.Single(await one.ListAsync());
    }

    private static byte[] Large() => new TarBuilder().Entry('0', "big", new byte[6_000_000]).ToArray();

    /// <summary>Holds the run at its first report.</summary>
    private sealed class Gate : IProgress<ImageProgress>, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        internal Task Reached => _reached.Task;

        public void Report(ImageProgress value)
        {
            _reached.TrySetResult();
            _open.Wait(TimeSpan.FromMinutes(1));
        }

        public void Dispose() => _open.Dispose();

        internal void Open() => _open.Set();
    }

    private sealed class CancelAt(int at, CancellationTokenSource source) : IProgress<ImageProgress>
    {
        private int _seen = -1;

        public void Report(ImageProgress value)
        {
            if (Interlocked.Increment(ref _seen) == at)
                source.Cancel();
        }
    }
}
