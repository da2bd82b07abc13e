using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>Makes the block index of an image that is published beside it.</summary>
public static class ImageIndexer
{
    /// <summary>What an index is called where nothing else is said: the image's name and this.</summary>
    public const string Suffix = ".index";

    /// <summary>Bytes of a block where nothing else is said: a block of the usual file systems.</summary>
    public const int BlockBytes = BlockGeometry.SmallestBlock;

    private const int PieceBytes = 4 << 20;
    private const int Pieces = 3;

    /// <summary>Reads an image and writes its index beside it or elsewhere; an index that is there is replaced when the new one is durable.</summary>
    /// <param name="image">The image, not compressed.</param>
    /// <param name="index">The index.</param>
    /// <param name="blockBytes">Bytes of a block: a power of two from 4096 to 1048576.</param>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="AgentException">The image is empty or compressed, can't be read, or the index can't be written.</exception>
    public static async Task<IndexedImage> RunAsync(string image, string index, int blockBytes, CancellationToken cancellationToken)
    {
        using var file = KernelFile.Open(image, OpenFlags.ReadOnly);
        var size = RandomAccess.GetLength(file);
        if (!BlockGeometry.IsValid(blockBytes, size))
            throw Refused(image, size <= 0 ? "it is empty, or no plain file" : $"a block may not have {blockBytes} bytes", "Give the image as a file, and a block size that is a power of two from 4096 to 1048576");
        var start = new byte[8];
        RandomAccess.Read(file, start, 0);
        using (var plain = new MemoryStream(start))
        {
            using var decoded = ImageDecoder.Open(plain, start, image);
            if (decoded != plain)
                throw Refused(image, "it is compressed", "Index the image itself and publish it beside the compressed one: its blocks are fetched from there");
        }

        var geometry = new BlockGeometry(blockBytes, size);
        var draft = index + ".draft";
        try
        {
            IndexHeader header;
            using (var builder = new IndexBuilder(draft, geometry))
                header = builder.Finish(await DigestAsync(file, builder, cancellationToken), sync: true);
            await DurableFile.RenameAsync(draft, index, replace: true, cancellationToken);
            return new(index, size, header.Image, header.Digest, blockBytes, geometry.Blocks, geometry.FileBytes);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    // One thread takes the digest of the whole, one those of the blocks.
    private static async Task<ContentDigest> DigestAsync(SafeFileHandle file, IndexBuilder into, CancellationToken cancellationToken)
    {
        var geometry = into.Geometry;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var pool = new WritePool(Pieces, PieceBytes, stop.Token);
        using var read = new Pipe<Piece<AlignedBuffer>>(Pieces, stop.Token);
        using var hashed = new Pipe<Piece<AlignedBuffer>>(Pieces, stop.Token);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        void Read()
        {
            for (long at = 0; at < geometry.ImageBytes; at += PieceBytes)
            {
                var piece = new Piece<AlignedBuffer>(pool.Free.Take(), (int)Math.Min(PieceBytes, geometry.ImageBytes - at));
                for (var done = 0; done < piece.Length;)
                {
                    var count = RandomAccess.Read(file, piece.Buffer.Span[done..piece.Length], at + done);
                    done += count > 0 ? count : throw new EndOfStreamException($"the image ends at byte {at + done}: it was changed meanwhile");
                }

                read.Put(piece);
            }

            read.Complete();
        }

        void Whole()
        {
            while (read.TryTake(out var piece))
            {
                whole.AppendData(piece.Buffer.Span[..piece.Length]);
                hashed.Put(piece);
            }

            hashed.Complete();
        }

        void Blocks()
        {
            var perPiece = PieceBytes / geometry.BlockBytes;
            var digests = new byte[perPiece * BlockGeometry.DigestBytes];
            for (var first = 0; hashed.TryTake(out var piece); first += perPiece)
            {
                var count = Math.Min(perPiece, geometry.Blocks - first);
                for (var i = 0; i < count; i++)
                    SHA256.HashData(piece.Buffer.Span.Slice(i * geometry.BlockBytes, geometry.LengthOf(first + i)), digests.AsSpan(i * BlockGeometry.DigestBytes));
                into.Put(first, digests.AsSpan(0, count * BlockGeometry.DigestBytes));
                pool.Free.Put(piece.Buffer);
            }
        }

        await Stages.RunAsync(stop, Read, Whole, Blocks);
        return IndexHeader.Of(whole.GetHashAndReset());
    }

    private static AgentException Refused(string image, string why, string next) =>
        new(PartitionsErrors.NotIndexable, $"{image} can't be indexed", why, next);
}
