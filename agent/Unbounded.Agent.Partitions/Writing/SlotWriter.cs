using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>
/// Writes an image to a device: fetch and hash, expand, write in large aligned pieces past the page cache, each on its own thread with a bounded queue
/// between them; one sync; then everything is read back from the device and its digest compared. Memory does not depend on the image's size. Whether the
/// device may be written at all, and what it counts as meanwhile, is the caller's affair.
/// </summary>
/// <param name="device">The device, open for this writer alone.</param>
/// <param name="name">What is written, for errors.</param>
/// <param name="pace">Holds writes back while others need the disk more; null: nothing does.</param>
internal sealed class SlotWriter(BlockDevice device, string name, IWritePace? pace = null)
{
    // What was fetched is hashed and expanded while it is in the processor's cache.
    private const int FetchBytes = 256 << 10;
    private const int FetchBuffers = 8;

    // A huge page, which the kernel pins as one.
    private const int WriteBytes = 2 << 20;
    private const int WriteBuffers = 8;

    /// <summary>Writes and verifies an image.</summary>
    /// <param name="source">Its bytes as they are stored; read to their end by a thread of its own.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="progress">Receives <c>write</c> and <c>read-back</c>, with bytes of the expanded image.</param>
    /// <param name="cancellationToken">Stops at any byte; the device then holds a part.</param>
    /// <returns>Digest of the image that the device holds now.</returns>
    /// <exception cref="AgentException">The image is not what was announced, or the device failed: it holds a part.</exception>
    public async Task<ContentDigest> WriteAsync(Stream source, ExpectedImage expected, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (expected.SizeBytes > device.SizeBytes)
            throw TooLarge(name, expected.SizeBytes, device);
        progress.Begin("write");
        var (file, content) = await PipelineAsync(source, expected, progress, cancellationToken);
        if (expected.File is { } announced && announced != file)
            throw WrongDigest("the file", announced, file);
        if (expected.Content is { } wanted && content is { } got && wanted != got)
            throw WrongDigest("the image in it", wanted, got);
        await Task.Run(device.Sync, cancellationToken);

        progress.Begin("read-back");
        if (expected.ReadBack is { } readBack)
            return await readBack.ReadBackAsync(device, progress, cancellationToken) ?? throw Changed();
        var held = await ReadBackAsync(expected.SizeBytes, progress, cancellationToken);
        if (content is { } written && written != held)
            throw Differs(written, held);
        return expected.Content is null || expected.Content == held ? held : throw WrongDigest("what the slot holds now", expected.Content, held);
    }

    /// <summary>Digest of the first bytes of a device, read past the page cache.</summary>
    internal async Task<ContentDigest> ReadBackAsync(long size, IStepProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var pool = new WritePool(WriteBuffers, WriteBytes, stop.Token);
        using var filled = new Pipe<Piece<AlignedBuffer>>(WriteBuffers, stop.Token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await Stages.RunAsync(
            stop,
            () =>
            {
                for (long at = 0; at < size; at += WriteBytes)
                {
                    var piece = new Piece<AlignedBuffer>(pool.Free.Take(), (int)Math.Min(WriteBytes, size - at));
                    device.Read(piece.Buffer, Aligned.Up(piece.Length), at);
                    filled.Put(piece);
                }

                filled.Complete();
            },
            () =>
            {
                for (long done = 0; filled.TryTake(out var piece); pool.Free.Put(piece.Buffer))
                {
                    hash.AppendData(piece.Buffer.Span[..piece.Length]);
                    progress.Bytes(done += piece.Length, size);
                }
            });
        return Digest(hash);
    }

    /// <summary>The refusal of an image that is larger than its slot.</summary>
    internal static AgentException TooLarge(string name, long size, BlockDevice device) => new(
        PartitionsErrors.ImageTooLarge,
        $"{name} can't be written to {device.Path}",
        $"it expands to {size} bytes, and the device has {device.SizeBytes}",
        "Use an image that was built for slots of this size");

    private async Task<(ContentDigest File, ContentDigest? Content)> PipelineAsync(
        Stream source, ExpectedImage expected, IStepProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var fetched = new Pipe<Piece<byte[]>>(FetchBuffers, stop.Token);
        using var fetchable = new Pipe<byte[]>(FetchBuffers, stop.Token);
        using var pool = new WritePool(WriteBuffers, WriteBytes, stop.Token);
        using var expanded = new Pipe<Piece<AlignedBuffer>>(WriteBuffers, stop.Token);
        using var fileHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // What is read back must match what was announced of the content: hashing it on the way, too, would prove nothing more.
        using var contentHash = expected.Content is null && expected.ReadBack is null ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        for (var i = 0; i < FetchBuffers; i++)
            fetchable.Put(GC.AllocateUninitializedArray<byte>(FetchBytes));

        await Stages.RunAsync(
            stop,
            () => Fetch(source, fetchable, fetched, fileHash),
            () => Expand(new PieceStream(fetched, fetchable), pool.Free, expanded, expected.SizeBytes),
            () => Put(expanded, pool.Free, contentHash, expected.SizeBytes, progress, stop.Token));
        return (Digest(fileHash), contentHash is null ? null : Digest(contentHash));
    }

    private static void Fetch(Stream source, Pipe<byte[]> free, Pipe<Piece<byte[]>> filled, IncrementalHash hash)
    {
        while (true)
        {
            var buffer = free.Take();
            var length = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length == 0)
                break;
            hash.AppendData(buffer.AsSpan(0, length));
            filled.Put(new(buffer, length));
        }

        filled.Complete();
    }

    private void Expand(PieceStream source, Pipe<AlignedBuffer> free, Pipe<Piece<AlignedBuffer>> filled, long size)
    {
        using var image = ImageDecoder.Open(source, source.Peek(), name);
        long total = 0;
        while (true)
        {
            var buffer = free.Take();
            var length = image.ReadAtLeast(buffer.Span, buffer.Length, throwOnEndOfStream: false);
            total += length;
            if (total > size)
                throw WrongSize(size, "more");
            if (length == 0)
                break;
            filled.Put(new(buffer, length));
        }

        if (total < size)
            throw WrongSize(size, $"only {total}");
        source.Drain();
        filled.Complete();
    }

    private void Put(
        Pipe<Piece<AlignedBuffer>> filled, Pipe<AlignedBuffer> free, IncrementalHash? hash, long size, IStepProgress progress, CancellationToken stop)
    {
        var zeros = new DeviceZeros(device);
        for (long at = 0; filled.TryTake(out var piece); free.Put(piece.Buffer))
        {
            hash?.AppendData(piece.Buffer.Span[..piece.Length]);
            var length = Aligned.Up(piece.Length);
            pace?.Wait(length, stop);
            piece.Buffer.Span[piece.Length..length].Clear();
            Put(piece.Buffer, length, at, zeros);
            progress.Bytes(at += piece.Length, size);
        }
    }

    private void Put(AlignedBuffer buffer, int length, long at, DeviceZeros zeros)
    {
        for (var from = 0; from < length;)
        {
            var (count, isZero) = DeviceZeros.Next(buffer.Span[from..length]);
            if (!isZero || !zeros.TryZero(at + from, count))
                device.Write(buffer, from, count, at + from);
            from += count;
        }
    }

    private static ContentDigest Digest(IncrementalHash hash) => ContentDigest.FromHex(Convert.ToHexStringLower(hash.GetHashAndReset()))!;

    private AgentException WrongSize(long announced, string found) => new(
        PartitionsErrors.ImageSizeWrong,
        $"{name} is not the image that was announced",
        $"{announced} bytes were announced, and it has {found}",
        "Publish the image and its index anew; the slot is not bootable until an image was written to it whole");

    private AgentException WrongDigest(string of, ContentDigest announced, ContentDigest found) => new(
        PartitionsErrors.ImageDigestWrong,
        $"{name} is not the image that was announced",
        $"{of} has the digest {found}, announced was {announced}",
        "Publish the image and its index anew; the slot is not bootable until an image was written to it whole");

    private AgentException Differs(ContentDigest written, ContentDigest held) => new(
        PartitionsErrors.ReadBackDiffers,
        $"{device.Path} does not hold what was written to it",
        $"{written} was written, and {held} is read back",
        "The disk loses or changes data: replace it. The slot is not bootable");

    private AgentException Changed() => new(
        PartitionsErrors.ReadBackDiffers,
        $"{device.Path} does not hold what was written to it",
        "blocks that are read back have other digests than those that were announced",
        "Run unbounded-agent update apply --retry; when it happens again, the disk loses or changes data, or the image and its block index do not belong together");
}
