using System.Security.Cryptography;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Compression;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>What an image is, found by reading all of it once.</summary>
/// <param name="File">Digest of the file.</param>
/// <param name="FileBytes">Its size, bytes.</param>
/// <param name="Content">Digest of the expanded image.</param>
/// <param name="SizeBytes">Its size, expanded, bytes.</param>
internal sealed record ImageMeasure(ContentDigest File, long FileBytes, ContentDigest Content, long SizeBytes)
{
    private const int BufferBytes = 1 << 20;
    private const int MagicBytes = 8;

    /// <summary>Reads an image, plain or compressed.</summary>
    /// <exception cref="Core.Errors.AgentException">It can't be read, or expanded.</exception>
    public static Task<ImageMeasure> ReadAsync(string path, CancellationToken cancellationToken) => Task.Run(() => Read(path, cancellationToken), cancellationToken);

    private static ImageMeasure Read(string path, CancellationToken stop)
    {
        var start = new byte[MagicBytes];
        using (var first = new LocalImage(path, stop))
            start = start[..first.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        using var file = new HashedStream(new LocalImage(path, stop));
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        long size = 0;
        using (var image = ImageDecoder.Open(file, start, path))
        {
            for (int read; (read = image.Read(buffer)) > 0; size += read)
                content.AppendData(buffer, 0, read);
            // What is behind the end of the compressed data is part of the file, too.
            while (file.Read(buffer) > 0)
            {
            }

            return new(file.Digest(), file.Length64, DigestOf(content), size);
        }
    }

    private static ContentDigest DigestOf(IncrementalHash hash) => ContentDigest.FromHex(Convert.ToHexStringLower(hash.GetHashAndReset()))!;

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashedStream(Stream inner) : ReadOnlyStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Length64 { get; private set; }

        public ContentDigest Digest() => DigestOf(_hash);

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _hash.AppendData(buffer[..read]);
            Length64 += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
