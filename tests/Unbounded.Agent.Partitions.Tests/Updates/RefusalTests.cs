using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>
/// What is refused before the first byte: the slot that would be written, a real block device, has every byte that it had, and the boot environment is untouched.
/// A checksum that is wrong is known when all of the file was read: there, the slot is what it has been marked as before, unbootable.
/// </summary>
public sealed class RefusalTests : IDisposable
{
    private const int SlotBytes = 8 << 20;

    private readonly UpdateScene _scene = new();
    private readonly TempDirectory _keys = new();
    private readonly byte[] _slot = TestImages.Content(77, SlotBytes);

    public RefusalTests()
    {
        File.WriteAllBytes(_scene.Host.Path("before"), _slot);
        Tool.Run("dd", $"if={_scene.Host.Path("before")}", $"of={_scene.Host[PartitionScene.B].Path}", "bs=1M", "conv=fsync", "status=none");
    }

    public void Dispose()
    {
        _keys.Dispose();
        _scene.Dispose();
    }

    [Theory]
    [InlineData("raw", false)]
    [InlineData("raw", true)]
    [InlineData("zstd", true)]
    [InlineData("xz", true)]
    [InlineData("gzip", true)]
    public async Task AShortImage_IsRefusedBeforeTheFirstByte(string format, bool announced)
    {
        _scene.Publish("2.0.0", format: format);
        var path = _scene.Host.Path("os-2.0.0.img");
        if (announced)
            Edit(image => image["file_size"] = new FileInfo(path).Length);
        var file = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, file[..^4096]);

        await RefusedAsync(PartitionsErrors.ImageSizeWrong);
    }

    [Theory]
    [InlineData("raw", false)]
    [InlineData("zstd", true)]
    public async Task AShortImageOfAServer_IsRefusedBeforeTheFirstByte(string format, bool announced)
    {
        using var server = new TestServer();
        _scene.Publish("2.0.0", format: format);
        var file = await File.ReadAllBytesAsync(_scene.Host.Path("os-2.0.0.img"));
        server.Files["/os.img"] = file[..^4096];
        Edit(image =>
        {
            image["url"] = server.Url("/os.img").AbsoluteUri;
            if (announced)
                image["file_size"] = file.Length;
        });

        await RefusedAsync(PartitionsErrors.ImageSizeWrong);
    }

    [Fact]
    public async Task AnImageLargerThanItsSlot_IsRefusedBeforeTheFirstByte()
    {
        _scene.Publish("2.0.0", bytes: SlotBytes + 4096);

        var error = await RefusedAsync(PartitionsErrors.GateClosed);

        Assert.Contains($"{SlotBytes + 4096} bytes", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABadSignature_IsRefusedBeforeTheFirstByte()
    {
        var key = TestKeys.Make(_keys);
        _scene.Settings = new() { PublicKey = _keys.File("pub") };
        _scene.Publish("2.0.0");
        await File.WriteAllBytesAsync(_scene.Host.Path("index.json.sig"), TestKeys.Sign(_keys, key, Encoding.UTF8.GetBytes("something else")));

        await RefusedAsync(PartitionsErrors.SignatureWrong);
    }

    [Fact]
    public async Task ABlockedVersion_IsRefusedBeforeTheFirstByte()
    {
        _scene.Blocked = ["2.0.0"];
        _scene.Publish("2.0.0");

        await RefusedAsync(PartitionsErrors.GateClosed, new("2.0.0", Force: true));
        await RefusedAsync(PartitionsErrors.NoCandidate);
    }

    [Fact]
    public async Task ADowngrade_IsRefusedBeforeTheFirstByte()
    {
        _scene.Publish("0.9.0");

        await RefusedAsync(PartitionsErrors.GateClosed, new("0.9.0", Force: true));
    }

    [Fact]
    public async Task AMissingLabel_IsRefusedBeforeTheFirstByte()
    {
        _scene.Publish("2.0.0");
        _scene.Host.Unlabel(PartitionScene.B);

        await RefusedAsync(PartitionsErrors.LabelMissing);
    }

    [Fact]
    public async Task TwoPartitionsWithOneLabel_AreRefusedBeforeTheFirstByte()
    {
        using var other = new LoopDevice(_scene.Host.Path("other.img"), SlotBytes);
        _scene.Publish("2.0.0");
        _scene.Host.Label(other, SlotTable.LabelOf(PartitionScene.B), SlotBytes);

        await RefusedAsync(PartitionsErrors.LabelNotUnique);

        Assert.All(other.Read(SlotBytes), b => Assert.Equal(0, b));
    }

    // A real ext4 file system, as a data partition is one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ADataPartitionThatTakesNoWrites_IsRefusedBeforeTheFirstByte(bool full)
    {
        _scene.Publish("2.0.0");
        using var disk = new LoopDevice(_scene.Host.Path("data.img"), 4 << 20);
        Tool.Run("mkfs.ext4", "-q", disk.Path);
        var data = Directory.CreateDirectory(_scene.Host.Path("data")).FullName;
        Tool.Run("mount", "-t", "ext4", "-o", full ? "rw" : "ro", disk.Path, data);
        try
        {
            if (full)
                Fill($"{data}/other");

            await RefusedAsync(full ? LinuxErrors.NoSpace : LinuxErrors.ReadOnlyFileSystem);
        }
        finally
        {
            Tool.Run("umount", data);
        }
    }

    [Fact]
    public async Task AWrongChecksum_LeavesTheSlotUnbootableAndTheRunningOneAsItWas()
    {
        _scene.Publish("2.0.0");
        Edit(image => image["sha256"] = new string('0', 64));

        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.ApplyAsync(new(), CancellationToken.None));

        Assert.Equal(PartitionsErrors.ImageDigestWrong.Id, error.Code.Id);
        var status = await _scene.Agent.StatusAsync(CancellationToken.None);
        Assert.Equal(("A", "A", false), (status.RunningSlot, status.NextSlot, status.Slots[1].Bootable));
        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
    }

    private async Task<AgentException> RefusedAsync(ErrorCode code, UpdateRequest? request = null)
    {
        var boot = await File.ReadAllBytesAsync(_scene.Host.Paths.Boot + "/grubenv");

        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.ApplyAsync(request ?? new(), CancellationToken.None));

        Assert.Equal(code.Id, error.Code.Id);
        Assert.NotEqual("", error.Why);
        Assert.NotEqual("", error.Next);
        Assert.True(_slot.AsSpan().SequenceEqual(_scene.Host[PartitionScene.B].Read(SlotBytes)), "the slot was written to");
        Assert.Equal(boot, await File.ReadAllBytesAsync(_scene.Host.Paths.Boot + "/grubenv"));
        return error;
    }

    private void Edit(Action<JsonObject> edit)
    {
        var index = JsonNode.Parse(File.ReadAllText(_scene.Host.Path("index.json")))!;
        edit(index["images"]![0]!.AsObject());
        File.WriteAllText(_scene.Host.Path("index.json"), index.ToJsonString());
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var piece in new[] { 1 << 16, 1 << 10 })
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[piece]);
                    file.Flush(flushToDisk: true);
                }
            }
            catch (IOException)
            {
                // Full, to this granularity.
            }
        }
    }
}
