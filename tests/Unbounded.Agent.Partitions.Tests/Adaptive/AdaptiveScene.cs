using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Adaptive;

/// <summary>Two slots on loop devices, and a server with images, their compressed files and their block indexes.</summary>
internal sealed class AdaptiveScene : IDisposable
{
    public const int Block = 4096;

    // Not a multiple of a block, nor of what a writer writes at once.
    public const int Blocks = 600;
    public const int Length = Blocks * Block - 1234;

    private readonly HttpClient _http = new();

    public PartitionScene Host { get; } = new();

    public TestServer Server { get; } = new();

    public GrubEnvironment Boot => new(Host.Paths.Boot, SlotTable.Names, new BootFiles());

    public SlotNotes Notes => new(new DurableStore(), Host.Paths.Notes);

    public RatesFile Rates => new(new DurableStore(), $"{Host.Paths.Notes}/rates.json");

    /// <summary>Bytes that were sent of an image that is not compressed.</summary>
    public long SentOf(string name) => Server.Sent.GetValueOrDefault($"/{name}.img");

    /// <summary>Blocks of which no two are alike.</summary>
    public static byte[] Content(int number)
    {
        var content = new byte[Length];
        new Random(number).NextBytes(content);
        return content;
    }

    /// <summary>A copy with some blocks changed.</summary>
    public static byte[] Changed(byte[] content, params int[] blocks)
    {
        var changed = (byte[])content.Clone();
        foreach (var block in blocks)
            changed[block * Block + 17] ^= 0x55;
        return changed;
    }

    /// <summary>Puts an image on the server, with its index.</summary>
    public async Task<PartitionImage> PublishAsync(string name, byte[] content)
    {
        var path = Host.Path($"{name}.img");
        await File.WriteAllBytesAsync(path, content);
        var made = await ImageIndexer.RunAsync(path, path + ".index", Block, CancellationToken.None);
        Server.Files[$"/{name}.img"] = content;
        Server.Files[$"/{name}.img.index"] = await File.ReadAllBytesAsync(made.Index);
        var file = Server.Files[$"/{name}.img.zst"] = TestImages.Write(Host.Path($"{name}.zst"), content, "zstd");
        return new(Server.Url($"/{name}.img.zst"), content.Length, Digest(file), Digest(content))
        {
            FileBytes = file.Length,
            Blocks = new(Server.Url($"/{name}.img.index"), made.Header, Server.Url($"/{name}.img")),
        };
    }

    /// <summary>What the host has learned of its speed: so slow a network that bytes that need not be fetched count, or so fast a one that they do not.</summary>
    public Task LearnAsync(double fetch = 1e3, double read = 1e9, double write = 1e9) =>
        Rates.WriteAsync(new() { Fetch = fetch, Read = read, Write = write }, CancellationToken.None);

    public async Task<SlotNote> FillAsync(PartitionImage image, Progress? progress = null, SlotName? slot = null, CancellationToken stop = default)
    {
        var to = slot ?? PartitionScene.B;
        var table = new SlotTable(Host.Paths);
        var source = new UpdateSource(_http, new QuickTime());
        var adaptive = new AdaptiveSlots(
            source, new SlotIndexes(Host.Paths.Notes), Notes, Rates, table, new IoPressure(TimeProvider.System, "/nonexistent"), TimeProvider.System);
        await new SlotFiller(Boot, Notes, source, new SlotDevices(), adaptive).FillAsync(table.Find(to), Target(image), progress ?? new Progress(), stop);
        return (await Notes.ReadAsync(to, CancellationToken.None))!;
    }

    /// <summary>The slot that runs holds an image, written by the agent when it did not run.</summary>
    public async Task RunsAsync(PartitionImage image)
    {
        Host.Boot(PartitionScene.B);
        await FillAsync(image, slot: PartitionScene.A);
        Host.Boot(PartitionScene.A);
    }

    public byte[] Read(SlotName slot, int length = Length) => Host[slot].Read(length);

    public void Dispose()
    {
        Host.Dispose();
        // The server waits for connections that nobody ends.
        _http.Dispose();
        Server.Dispose();
    }

    private static Target Target(PartitionImage image) => new(
        "fp", new() { MachineName = "host", Cluster = new() { Version = "2.0" }, Kubelet = new(), OCIImage = image.ToString() }, new UpdatePolicy());

    private static ContentDigest Digest(byte[] content) => ContentDigest.FromHex(TestImages.Sha256(content))!;
}
