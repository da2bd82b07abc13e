using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive;

/// <summary>Whatever is wrong with an index, a server or the data partition costs bytes, never a wrong slot.</summary>
public sealed class AdaptiveTroubleTests : IDisposable
{
    private readonly AdaptiveScene _scene = new();
    private readonly byte[] _old = AdaptiveScene.Content(1);
    private readonly byte[] _new = AdaptiveScene.Changed(AdaptiveScene.Content(1), 3, 300);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Fill_FromAServerWithoutRanges_TakesTheImageWhole()
    {
        _scene.Server.KnowsRanges = false;

        await WholeAsync(await BeginAsync());
    }

    [Fact]
    public async Task Fill_WithoutAnIndexOnTheServer_TakesTheImageWhole()
    {
        var image = await BeginAsync();
        _scene.Server.Files.Remove("/new.img.index");

        await WholeAsync(image);
    }

    [Fact]
    public async Task Fill_WithAnIndexOfAnotherDigest_TakesTheImageWhole()
    {
        var image = await BeginAsync();

        await WholeAsync(image with { Blocks = image.Blocks! with { Digest = image.File } });
    }

    [Fact]
    public async Task Fill_WithAnIndexOfAnotherImage_TakesTheImageWhole()
    {
        var image = await BeginAsync();
        var other = await _scene.PublishAsync("other", AdaptiveScene.Content(7));

        await WholeAsync(image with { Blocks = other.Blocks });
    }

    [Theory]
    [InlineData(128 + 5)]
    [InlineData(2000)]
    public async Task Fill_WithADamagedNode_TakesTheImageWhole(int at)
    {
        var image = await BeginAsync();
        var index = _scene.Server.Files["/new.img.index"];
        foreach (var i in Enumerable.Range(at, index.Length - at))
            index[i] ^= 1;

        await WholeAsync(image);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public async Task Fill_WithABlockThatIsNotTheIndexs_TakesTheImageWhole(int block)
    {
        var image = await BeginAsync();
        var served = (byte[])_new.Clone();
        served[block * AdaptiveScene.Block] ^= 1;
        _scene.Server.Files["/new.img"] = served;

        await WholeAsync(image);
    }

    [Fact]
    public async Task Fill_WithoutTheImageBesideTheIndex_TakesTheCompressedOne()
    {
        var image = await BeginAsync();
        _scene.Server.Files.Remove("/new.img");

        await WholeAsync(image);
    }

    [Fact]
    public async Task Fill_WithNothingOnTheServer_FailsAndTheSlotStaysUnbootable()
    {
        var image = await BeginAsync();
        _scene.Server.Files.Clear();

        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.FillAsync(image));

        Assert.Equal(PartitionsErrors.SourceRefuses, error.Code);
    }

    [Fact]
    public async Task Fill_OverAConnectionThatBreaks_GoesOn()
    {
        var image = await BeginAsync();
        foreach (var cut in (int[])[100, 50, 1000, 10, 4000, 3000])
            _scene.Server.Cuts.Enqueue(cut);

        var note = await _scene.FillAsync(image);

        Assert.Equal(("delta", 0), (note.Method, _scene.Server.Cuts.Count));
        Assert.Equal(_new, _scene.Read(PartitionScene.B));
    }

    [Fact]
    public async Task Fill_WithAStoredIndexThatIsGarbage_StillEndsWithTheImage()
    {
        var image = await BeginAsync();
        var path = $"{_scene.Host.Paths.Notes}/B.index";
        var index = await File.ReadAllBytesAsync(path);
        new Random(1).NextBytes(index.AsSpan(128));
        await File.WriteAllBytesAsync(path, index);

        await _scene.FillAsync(image);

        Assert.Equal(_new, _scene.Read(PartitionScene.B));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(5000)]
    public async Task Fill_WithAStoredIndexThatWasCutOff_LooksAtTheSlotInstead(int length)
    {
        var image = await BeginAsync();
        using (var stream = File.OpenWrite($"{_scene.Host.Paths.Notes}/B.index"))
            stream.SetLength(length);

        var note = await _scene.FillAsync(image);

        Assert.Equal(("delta", 2L * AdaptiveScene.Block), (note.Method, note.WrittenBytes));
        Assert.Equal(_new, _scene.Read(PartitionScene.B));
    }

    [Fact]
    public async Task Fill_OnADiskThatKeepsLosingAByte_EndsWithAnErrorAndAnUnbootableSlot()
    {
        var image = await BeginAsync();
        var progress = new Progress((part, done) =>
        {
            if (part == "read-back" && done == 0)
                _scene.Host[PartitionScene.B].Damage(100 * AdaptiveScene.Block);
        });

        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.FillAsync(image, progress));

        Assert.Equal(PartitionsErrors.ReadBackDiffers, error.Code);
        Assert.DoesNotContain(PartitionScene.B, (await _scene.Boot.ReadAsync(CancellationToken.None)).Bootable);
        Assert.False((await _scene.Notes.ReadAsync(PartitionScene.B, CancellationToken.None))!.Complete);
    }

    [Fact]
    public async Task Fill_OfAnImageOfAnotherLength_EndsWithThatImage()
    {
        await BeginAsync();
        var shorter = _new[..(200 * AdaptiveScene.Block + 9)];

        await _scene.FillAsync(await _scene.PublishAsync("short", shorter));

        Assert.Equal(shorter, _scene.Read(PartitionScene.B, shorter.Length));
    }

    [Fact]
    public void PartitionImage_WithABlockIndex_MakesTheRoundTripAsText()
    {
        var digest = ContentDigest.FromHex(TestImages.Sha256([1]))!;
        var image = new PartitionImage(new Uri("https://host/os.img.zst?a=b"), 77, digest, digest)
        {
            FileBytes = 5,
            Blocks = new(new Uri("https://host/a%20b/os.index?x=1&y=2"), digest, new Uri("file:///srv/os#1.img")),
        };

        Assert.Equal(image, PartitionImage.TryParse(image.ToString()));
    }

    [Theory]
    [InlineData("&blocks=sha256:0&index=https://h/i&raw=https://h/r")]
    [InlineData("&blocks=SUM&index=ftp://h/i&raw=https://h/r")]
    [InlineData("&blocks=SUM&index=https://h/i")]
    [InlineData("&blocks=SUM&raw=https://h/r")]
    public void PartitionImage_WithABlockIndexThatCanNotBeRead_HasNone(string fields)
    {
        var digest = ContentDigest.FromHex(TestImages.Sha256([1]))!;
        var image = new PartitionImage(new Uri("https://host/os.img.zst"), 77, digest, digest);

        Assert.Equal(image, PartitionImage.TryParse(image + fields.Replace("SUM", digest.ToString(), StringComparison.Ordinal)));
    }

    private async Task<PartitionImage> BeginAsync()
    {
        await _scene.LearnAsync();
        await _scene.FillAsync(await _scene.PublishAsync("old", _old));
        await _scene.LearnAsync();
        return await _scene.PublishAsync("new", _new);
    }

    private async Task WholeAsync(PartitionImage image)
    {
        var progress = new Progress();

        var note = await _scene.FillAsync(image, progress);

        Assert.Equal(("full", true), (note.Method, note.Complete));
        Assert.Equal(_new, _scene.Read(PartitionScene.B));
        Assert.Contains(progress.Parts, p => p.StartsWith("The image is fetched whole: ", StringComparison.Ordinal));
    }
}
