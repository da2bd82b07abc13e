using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Unpacks a tar archive, plain or compressed with gzip, zstd or xz (told by its bytes), into a directory.</summary>
public static class ArchiveUnpacker
{
    /// <summary>What may follow an archive's end: tools pad to their record size, tapes to theirs.</summary>
    private const long MostPadding = 64L << 20;

    /// <summary>
    /// Unpacks an archive with owners, modes, times, extended attributes, ACLs, links, devices and holes as GNU tar does, and makes it
    /// durable with one sync of the file system. On an error or cancellation a part stays behind, for the caller to delete.
    /// </summary>
    /// <param name="archive">The archive's bytes, as stored.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="directory">An existing, empty directory.</param>
    /// <param name="options">What it may bring; null for the defaults.</param>
    /// <param name="cancellationToken">Stops it at any byte.</param>
    /// <exception cref="AgentException">It is damaged, refused, or can't be written.</exception>
    public static async Task<UnpackResult> UnpackAsync(
        Stream archive, string name, string directory, UnpackOptions? options = null, CancellationToken cancellationToken = default)
    {
        var result = await Task.Run(() => Unpack(archive, name, directory, options ?? new UnpackOptions(), cancellationToken), cancellationToken);
        await DurableDirectory.SyncFileSystemAsync(directory, cancellationToken);
        return result;
    }

    /// <summary>As <see cref="UnpackAsync"/> on this thread, without the sync.</summary>
    internal static UnpackResult Unpack(
        Stream archive, string name, string directory, UnpackOptions options, CancellationToken cancellationToken)
    {
        using var writer = new TreeWriter(directory, name, options);
        using var reader = OpenReader(archive, name, requireEnd: true, cancellationToken);
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(entry, reader, cancellationToken);
        }

        reader.Drain(MostPadding);
        writer.Finish();
        return writer.Result;
    }

    /// <summary>Opens an archive for reading; the stream is read on a thread of its own.</summary>
    internal static TarReader OpenReader(Stream archive, string name, bool requireEnd, CancellationToken cancellationToken) =>
        new(new PipelinedChunks(ArchiveInput.Open(archive, name, out _), cancellationToken), name, requireEnd);
}
