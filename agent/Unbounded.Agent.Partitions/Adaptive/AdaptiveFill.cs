using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>
/// One slot that is filled with one image that has a block index. Either way the end is the same: all of the slot is read back, its tree of digests is made,
/// and its top must be the one that was announced. What is read back becomes the slot's index.
/// </summary>
internal sealed class AdaptiveFill(
    SlotName slot,
    BlockDevice device,
    RemoteIndex wanted,
    IRangeSource index,
    IRangeSource image,
    Uri location,
    SlotIndexes indexes,
    RatesFile file,
    Rates rates,
    IWritePace pace,
    TimeProvider time) : IReadBack, IDisposable
{
    /// <summary>How often blocks are brought until the slot must hold the image: a stored index that was wrong takes a second time.</summary>
    private const int Rounds = 3;

    private long _began;
    private IndexFile? _held;
    private IndexFile? _running;
    private SlotReader? _reader;

    /// <summary>The slot.</summary>
    public SlotName Slot => slot;

    /// <summary>The image's index.</summary>
    public IndexHeader Header => wanted.Header;

    /// <summary>How its image is cut.</summary>
    public BlockGeometry Geometry => wanted.Geometry;

    /// <summary>How fast this host was last.</summary>
    public Rates Rates { get; private set; } = rates;

    /// <summary>The blocks that are brought; null: the image is written whole.</summary>
    public BlockPlan? Plan { get; private set; }

    /// <summary>Bytes that were fetched by parts.</summary>
    public long FetchedBytes => index.FetchedBytes + image.FetchedBytes;

    /// <summary>Bytes that were written to the slot block by block.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>What the slot is taken to hold.</summary>
    public void Held(IndexFile held)
    {
        _held?.Dispose();
        _held = held;
    }

    /// <summary>What the running slot is taken to hold, and how it is read.</summary>
    public void Runs(IndexFile running, SlotReader reader) => (_running, _reader) = (running, reader);

    /// <summary>Finds where each block comes from that the slot lacks.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        var missing = await wanted.DiffAsync(_held, cancellationToken);
        Plan = BlockPlanner.Make(wanted, missing, _held, _running, cancellationToken);
    }

    /// <summary>The image is written whole after all.</summary>
    public AdaptiveFill Whole()
    {
        (Plan, _began) = (null, time.GetTimestamp());
        return this;
    }

    /// <summary>Brings what the slot lacks, and reads it back. The slot must be unbootable by now.</summary>
    /// <returns>Digest of the image that the slot holds.</returns>
    /// <exception cref="AgentException">A block can't be had or written, or the slot does not hold what was written to it.</exception>
    public async Task<ContentDigest> WriteAsync(IStepProgress progress, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            progress.Begin("write");
            await BringAsync(progress, cancellationToken);
            await Task.Run(device.Sync, cancellationToken);
            progress.Begin("read-back");
            if (await ReadBackAsync(device, progress, cancellationToken) is { } digest)
                return digest;
            if (round == Rounds)
                throw Differs();
            await PlanAsync(cancellationToken);
            progress.Warn($"{Plan!.WriteBytes / Geometry.BlockBytes} blocks of slot {slot} are not what its index said; they are brought, too");
        }
    }

    /// <inheritdoc/>
    public async Task<ContentDigest?> ReadBackAsync(BlockDevice device, IStepProgress progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (Plan is null)
            Rates = Rates with { Write = Rates.Measured(Rates.Write, Geometry.ImageBytes, time.GetElapsedTime(_began)) };
        // Another file each time: the one before may be what the plan was made from.
        var path = indexes.Draft(slot, _held?.Path.EndsWith(".read", StringComparison.Ordinal) == true ? "again" : "read");
        IndexHeader header;
        using (var builder = new IndexBuilder(path, Geometry))
        {
            await SlotScan.RunAsync(device.Read, builder, progress, cancellationToken);
            header = builder.Finish(Header.Image, sync: true);
        }

        Rates = Rates with { Read = Rates.Measured(Rates.Read, Geometry.ImageBytes, time.GetElapsedTime(start)) };
        if (header.Root != Header.Root)
        {
            Held(IndexFile.TryOpen(path)!);
            return null;
        }

        indexes.Take(slot, path);
        await file.WriteAsync(Rates, cancellationToken);
        return Header.Image;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wanted.Dispose();
        _held?.Dispose();
        _running?.Dispose();
        _reader?.Dispose();
        indexes.Sweep(slot);
    }

    private async Task BringAsync(IStepProgress progress, CancellationToken cancellationToken)
    {
        var (start, before) = (time.GetTimestamp(), image.FetchedBytes);
        await new BlockWriter(device, wanted, image, location, _reader, pace).RunAsync(Plan!, progress, cancellationToken);
        WrittenBytes += Plan!.WriteBytes;
        Rates = Rates with { Fetch = Rates.Measured(Rates.Fetch, image.FetchedBytes - before, time.GetElapsedTime(start)) };
    }

    private AgentException Differs() => new(
        PartitionsErrors.ReadBackDiffers,
        $"{device.Path} does not hold what was written to it",
        $"after {Rounds} times, blocks that are read back still have other digests than those that were written",
        "The disk loses or changes data: replace it. The slot is not bootable");
}
