using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive;

/// <summary>An image comes into a slot block by block.</summary>
public sealed class AdaptiveFillTests : IDisposable
{
    private readonly AdaptiveScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Fill_OfASlotWithTheImageBefore_FetchesOnlyWhatChanged()
    {
        var old = AdaptiveScene.Content(1);
        var changed = AdaptiveScene.Changed(old, 3, 4, 300, AdaptiveScene.Blocks - 1);
        await BeginWithAsync(old);

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", changed));

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.Equal(("delta", true), (note.Method, note.Complete));
        Assert.InRange(_scene.SentOf("new"), 1, 4 * AdaptiveScene.Block);
        Assert.DoesNotContain("/new.img.zst", _scene.Server.Paths);
        Assert.Equal(4 * AdaptiveScene.Block, note.WrittenBytes);
        Assert.Contains(PartitionScene.B, (await _scene.Boot.ReadAsync(CancellationToken.None)).Bootable);
    }

    [Fact]
    public async Task Fill_OfASlotWithTheImageBefore_FetchesFewNodesOfTheIndex()
    {
        var old = AdaptiveScene.Content(1);
        await BeginWithAsync(old);

        await _scene.FillAsync(await _scene.PublishAsync("new", AdaptiveScene.Changed(old, 300)));

        // The header, and 16 digests of each of the levels below it.
        Assert.InRange(_scene.Server.Sent["/new.img.index"], 128, 128 + 3 * 16 * 32);
    }

    [Fact]
    public async Task Fill_WithTheSameImage_FetchesNothingOfItAndReadsItBack()
    {
        var old = AdaptiveScene.Content(1);
        await BeginWithAsync(old);
        var told = new Dictionary<string, long>(StringComparer.Ordinal);
        var progress = new Progress((part, bytes) => told[part] = bytes);

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", old), progress);

        Assert.Equal((0, 0), (_scene.SentOf("new"), note.WrittenBytes));
        Assert.Equal(["compare", "write", "read-back", "fetched", "reused"], progress.Parts);
        Assert.Equal((128, AdaptiveScene.Length - 128), (told["fetched"], told["reused"]));
    }

    [Fact]
    public async Task Fill_OfAnEmptySlot_TakesWhatTheRunningOneHas()
    {
        var old = AdaptiveScene.Content(1);
        var changed = AdaptiveScene.Changed(old, 0, 17);
        await _scene.LearnAsync();
        await _scene.RunsAsync(await _scene.PublishAsync("old", old));

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", changed));

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.Equal("delta", note.Method);
        Assert.InRange(_scene.SentOf("new"), 1, 2 * AdaptiveScene.Block);
    }

    [Fact]
    public async Task Fill_WithTwoSlotsOfWhichNothingIsKept_LooksAtBoth()
    {
        var old = AdaptiveScene.Content(1);
        var changed = AdaptiveScene.Changed(old, 5);
        await _scene.LearnAsync();
        await _scene.RunsAsync(await _scene.PublishAsync("old", old));
        await _scene.Notes.RemoveAsync(PartitionScene.A, CancellationToken.None);

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", changed));

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.Equal("delta", note.Method);
        Assert.InRange(_scene.SentOf("new"), 1, AdaptiveScene.Block);
    }

    [Fact]
    public async Task Fill_WithBlocksThatMovedRepeatOrAreZero_FetchesNoneOfThem()
    {
        var old = AdaptiveScene.Content(1);
        var changed = (byte[])old.Clone();
        // In the slot itself at a place that stays, in the running one at another place, twice in the image, nothing but zeros.
        Move(old, from: 7, changed, to: 100);
        Move(AdaptiveScene.Content(2), from: 9, changed, to: 101);
        changed.AsSpan(102 * AdaptiveScene.Block, AdaptiveScene.Block).Fill(9);
        changed.AsSpan(400 * AdaptiveScene.Block, AdaptiveScene.Block).Fill(9);
        changed.AsSpan(103 * AdaptiveScene.Block, AdaptiveScene.Block).Clear();
        await _scene.LearnAsync();
        await _scene.RunsAsync(await _scene.PublishAsync("running", AdaptiveScene.Content(2)));
        await BeginWithAsync(old);

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", changed));

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.Equal(AdaptiveScene.Block, _scene.SentOf("new"));
        Assert.Equal(5 * AdaptiveScene.Block, note.WrittenBytes);
    }

    [Fact]
    public async Task Fill_OfASlotThatChangedBehindTheAgentsBack_IsFoundByTheReadBackAndMended()
    {
        var old = AdaptiveScene.Content(1);
        var changed = AdaptiveScene.Changed(old, 3);
        await BeginWithAsync(old);
        _scene.Host[PartitionScene.B].Damage(200 * AdaptiveScene.Block + 5);
        var progress = new Progress();

        await _scene.FillAsync(await _scene.PublishAsync("new", changed), progress);

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.Equal(2 * AdaptiveScene.Block, _scene.SentOf("new"));
        Assert.Contains(progress.Parts, p => p.Contains("not what its index said", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fill_FromARunningSlotThatChanged_FetchesThatBlock()
    {
        var old = AdaptiveScene.Content(1);
        await _scene.LearnAsync();
        await _scene.RunsAsync(await _scene.PublishAsync("old", old));
        _scene.Host[PartitionScene.A].Damage(50 * AdaptiveScene.Block);

        await _scene.FillAsync(await _scene.PublishAsync("new", old));

        Assert.Equal(old, _scene.Read(PartitionScene.B));
        Assert.Equal(AdaptiveScene.Block, _scene.SentOf("new"));
    }

    [Theory]
    [InlineData("write", 1)]
    [InlineData("write", 100 * AdaptiveScene.Block)]
    [InlineData("read-back", 1)]
    public async Task Fill_ThatWasStopped_GoesOnAtTheBlock(string part, long after)
    {
        var old = AdaptiveScene.Content(1);
        var changed = AdaptiveScene.Changed(old, [.. Enumerable.Range(100, 400)]);
        await BeginWithAsync(old);
        var image = await _scene.PublishAsync("new", changed);
        using var stop = new CancellationTokenSource();
        var written = 0L;
        var progress = new Progress((now, done) =>
        {
            written = now == "write" ? done : written;
            if (now == part && done >= after)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.FillAsync(image, progress, stop: stop.Token));
        Assert.DoesNotContain(PartitionScene.B, (await _scene.Boot.ReadAsync(CancellationToken.None)).Bootable);
        _scene.Server.Sent.Clear();

        await _scene.FillAsync(image);

        Assert.Equal(changed, _scene.Read(PartitionScene.B));
        Assert.InRange(_scene.SentOf("new"), 0, 400 * AdaptiveScene.Block - written);
    }

    [Fact]
    public async Task Law01_BeforeTheFirstBlock_TheSlotIsUnbootableAndNotedAsPartial()
    {
        var old = AdaptiveScene.Content(1);
        await BeginWithAsync(old);
        var looked = false;
        var progress = new Progress((part, done) =>
        {
            if (part != "write" || done != 0)
                return;
            looked = true;
            Assert.DoesNotContain(PartitionScene.B, _scene.Boot.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Bootable);
            Assert.False(_scene.Notes.ReadAsync(PartitionScene.B, CancellationToken.None).GetAwaiter().GetResult()!.Complete);
            Assert.Equal(old, _scene.Read(PartitionScene.B));
        });

        await _scene.FillAsync(await _scene.PublishAsync("new", AdaptiveScene.Changed(old, 1)), progress);

        Assert.True(looked);
    }

    [Fact]
    public async Task Fill_OfAnImageThatHasLittleInCommon_TakesTheCompressedOneWhole()
    {
        await BeginWithAsync(AdaptiveScene.Content(1));
        var text = new byte[AdaptiveScene.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = (byte)(i / AdaptiveScene.Block % 251 + i % 3);

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", text));

        Assert.Equal(("full", text.Length), (note.Method, _scene.Read(PartitionScene.B).Length));
        Assert.Equal(text, _scene.Read(PartitionScene.B));
        Assert.Equal(0, _scene.SentOf("new"));
        Assert.NotNull(note.Index);
    }

    [Fact]
    public async Task Fill_AfterAnImageWrittenWhole_KnowsWhatTheSlotHolds()
    {
        var old = AdaptiveScene.Content(1);
        await _scene.LearnAsync(fetch: 1e12, read: 1, write: 1e12);
        Assert.Equal("full", (await _scene.FillAsync(await _scene.PublishAsync("old", old))).Method);
        await _scene.LearnAsync();
        var progress = new Progress();

        var note = await _scene.FillAsync(await _scene.PublishAsync("new", AdaptiveScene.Changed(old, 9)), progress);

        Assert.Equal(("delta", (long)AdaptiveScene.Block), (note.Method, note.WrittenBytes));
    }

    [Fact]
    public async Task Fill_OfASlot_LeavesOnlyItsIndexBesideItsNote()
    {
        await BeginWithAsync(AdaptiveScene.Content(1));

        await _scene.FillAsync(await _scene.PublishAsync("new", AdaptiveScene.Content(2)));

        Assert.Equal(
            ["B.index", "B.json", "rates.json"],
            Directory.GetFiles(_scene.Host.Paths.Notes).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    private static void Move(byte[] source, int from, byte[] target, int to) =>
        source.AsSpan(from * AdaptiveScene.Block, AdaptiveScene.Block).CopyTo(target.AsSpan(to * AdaptiveScene.Block));

    // The slot that does not run was filled by the agent, and its index is kept.
    private async Task BeginWithAsync(byte[] content)
    {
        await _scene.LearnAsync();
        await _scene.FillAsync(await _scene.PublishAsync("begin", content));
        await _scene.LearnAsync();
        _scene.Server.Paths.Clear();
        _scene.Server.Sent.Clear();
    }
}
