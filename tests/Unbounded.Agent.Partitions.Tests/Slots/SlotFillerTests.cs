using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>What is refused before the first byte, and the order of what follows.</summary>
public sealed class SlotFillerTests : IDisposable
{
    private const int Length = 5 << 20;

    private readonly PartitionScene _scene = new();
    private readonly HttpClient _http = new();

    private GrubEnvironment Boot => new(_scene.Paths.Boot, SlotTable.Names, new BootFiles());

    private SlotNotes Notes => new(new DurableStore(), _scene.Paths.Notes);

    public void Dispose()
    {
        _scene.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Fill_OfASlot_EndsBootableWithANoteOfWhatItHolds()
    {
        await FillAsync(Make(1));

        Assert.Equal(SlotTable.Names, (await Boot.ReadAsync(CancellationToken.None)).Bootable);
        var note = (await Notes.ReadAsync(PartitionScene.B, CancellationToken.None))!;
        Assert.Equal((true, "fp", "1.0.1", $"sha256:{TestImages.Sha256(TestImages.Content(1, Length))}"), (note.Complete, note.Fingerprint, note.Version, note.Digest));
    }

    [Fact]
    public async Task Law01_BeforeTheFirstByte_TheSlotIsUnbootableAndNotedAsPartial()
    {
        await FillAsync(Make(1));
        var before = _scene[PartitionScene.B].Read(4096);
        var looked = false;
        var progress = new Progress((part, done) =>
        {
            if (part != "write" || done != 0)
                return;
            looked = true;
            Assert.Equal([PartitionScene.A], Boot.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Bootable);
            Assert.False(Notes.ReadAsync(PartitionScene.B, CancellationToken.None).GetAwaiter().GetResult()!.Complete);
            Assert.Equal(before, _scene[PartitionScene.B].Read(4096));
        });

        await FillAsync(Make(2), progress);

        Assert.True(looked);
    }

    [Fact]
    public async Task Fill_UntilItIsReadBack_StaysUnbootable()
    {
        var progress = new Progress((part, _) =>
        {
            if (part == "read-back")
                Assert.Equal([PartitionScene.A], Boot.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Bootable);
        });

        await FillAsync(Make(1), progress);
    }

    [Fact]
    public async Task Fill_ThatFails_LeavesTheSlotUnbootable()
    {
        await FillAsync(Make(1));

        await Assert.ThrowsAsync<AgentException>(() => FillAsync(Make(2, file: "wrong")));

        Assert.Equal([PartitionScene.A], (await Boot.ReadAsync(CancellationToken.None)).Bootable);
        Assert.False((await Notes.ReadAsync(PartitionScene.B, CancellationToken.None))!.Complete);
    }

    [Fact]
    public async Task Fill_OfAMountedSlot_IsRefusedBeforeTheFirstByte()
    {
        var mount = Directory.CreateDirectory(_scene.Path("mnt")).FullName;
        Tool.Run("mke2fs", "-q", "-F", _scene[PartitionScene.B].Path);
        Tool.Run("mount", _scene[PartitionScene.B].Path, mount);
        try
        {
            await RefusedAsync(PartitionsErrors.SlotMounted, Make(1));
        }
        finally
        {
            Tool.Run("umount", "-l", mount);
        }
    }

    [Fact]
    public Task Fill_OfAnImageLargerThanTheSlot_IsRefusedBeforeTheFirstByte() =>
        RefusedAsync(PartitionsErrors.ImageTooLarge, Make(1, size: (8 << 20) + 1));

    [Fact]
    public Task Fill_OfAnImageThatIsNotThere_IsRefusedBeforeTheFirstByte() =>
        RefusedAsync(Linux.LinuxErrors.NotFound, Make(1, path: "/nonexistent/image"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("oci-layout:///images:v1")]
    [InlineData("file:///image#size=1")]
    [InlineData("file:///image#size=0&file=sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ftp://host/image#size=1&file=sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public Task Fill_OfATargetWithoutAnImage_IsRefusedBeforeTheFirstByte(string? image) =>
        RefusedAsync(PartitionsErrors.NoImage, Target(image));

    [Fact]
    public async Task Read_OfADamagedNote_SaysWhatToDo()
    {
        Directory.CreateDirectory(_scene.Paths.Notes);
        await File.WriteAllTextAsync($"{_scene.Paths.Notes}/B.json", "{");

        var error = await Assert.ThrowsAsync<AgentException>(() => Notes.ReadAsync(PartitionScene.B, CancellationToken.None));

        Assert.Equal(PartitionsErrors.NoteUnreadable, error.Code);
        Assert.Contains("B.json", error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://host/a%20b/os.img.zst?token=x")]
    [InlineData("file:///srv/os.img")]
    public void PartitionImage_AsText_MakesTheRoundTrip(string location)
    {
        var image = new PartitionImage(new Uri(location), 77, Digest([1]), Digest([2]));

        Assert.Equal(image, PartitionImage.TryParse(image.ToString()));
        Assert.Equal(image with { Content = null }, PartitionImage.TryParse((image with { Content = null }).ToString()));
    }

    private static ContentDigest Digest(byte[] content) => ContentDigest.FromHex(TestImages.Sha256(content))!;

    private static Target Target(string? image) => new(
        "fp",
        new() { MachineName = "host", Cluster = new() { Version = "1.0.1" }, Kubelet = new(), OCIImage = image },
        new UpdatePolicy());

    private async Task RefusedAsync(ErrorCode code, Target target)
    {
        var (env, disk) = (await File.ReadAllBytesAsync(_scene.Paths.Boot + "/grubenv"), _scene[PartitionScene.B].Read(8 << 20));

        Assert.Equal(code, (await Assert.ThrowsAsync<AgentException>(() => FillAsync(target))).Code);

        Assert.Equal(env, await File.ReadAllBytesAsync(_scene.Paths.Boot + "/grubenv"));
        Assert.Equal(disk, _scene[PartitionScene.B].Read(8 << 20));
        Assert.Null(await Notes.ReadAsync(PartitionScene.B, CancellationToken.None));
    }

    private Target Make(int number, string? file = null, long size = Length, string? path = null)
    {
        var content = TestImages.Content(number, Length);
        var at = path ?? _scene.Path($"image-{number}");
        if (path is null)
            TestImages.Write(at, content, "raw");
        var digest = file is null ? Digest(content) : Digest([0]);
        return Target(new PartitionImage(new Uri(at), size, digest, null).ToString());
    }

    private Task FillAsync(Target target, Progress? progress = null) => new SlotFiller(Boot, Notes, new UpdateSource(_http, TimeProvider.System), new SlotDevices())
        .FillAsync(new SlotTable(_scene.Paths).Find(PartitionScene.B), target, progress ?? new Progress(), CancellationToken.None);
}
