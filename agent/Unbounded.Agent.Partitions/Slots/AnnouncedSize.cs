using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// A file that is shorter or longer than was announced is refused before the slot's first byte, where its length is known: of any file by the announced
/// <c>file_size</c>, of one that is not compressed by the size of the image. What is in it is proven when all of it was read.
/// </summary>
internal static class AnnouncedSize
{
    private const int MagicBytes = 8;

    /// <summary>Looks at a file that was opened; reads no more than its first bytes.</summary>
    /// <returns>All of it, the first bytes too.</returns>
    /// <exception cref="AgentException">It is not the one that was announced; it is closed.</exception>
    public static Task<CountedSource> DemandAsync(Stream source, PartitionImage image, CancellationToken cancellationToken) =>
        source is IKnownLength { LengthBytes: { } length }
            // The stream is closed by what runs: a stop may not keep that from running.
            ? Task.Run(() => Demanded(source, length, image, cancellationToken), CancellationToken.None)
            : Task.FromResult(new CountedSource(source, []));

    private static CountedSource Demanded(Stream source, long length, PartitionImage image, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            var start = new byte[MagicBytes];
            start = start[..source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            var announced = image.FileBytes ?? (IsPlain(start) ? image.SizeBytes : length);
            return length == announced ? new CountedSource(source, start) : throw Wrong(image, announced, length);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static bool IsPlain(byte[] start)
    {
        using var bytes = new MemoryStream(start);
        using var decoded = ImageDecoder.Open(bytes, start, "");
        return decoded == bytes;
    }

    private static AgentException Wrong(PartitionImage image, long announced, long length) => new(
        PartitionsErrors.ImageSizeWrong,
        $"{image.Location.AbsolutePath} is not the image that was announced",
        string.Create(CultureInfo.InvariantCulture, $"{announced} bytes were announced, and the file has {length}"),
        "Publish the image and its index anew, and see that it was copied to its end; nothing was written");
}
