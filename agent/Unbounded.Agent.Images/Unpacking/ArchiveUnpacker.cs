using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Unpacks a tar archive, plain or compressed with gzip, zstd or xz (told by its bytes), into a directory.</summary>
public static class ArchiveUnpacker
{
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
        using var metered = new MeteredStream(new BorrowedStream(archive));
        var result = await Task.Run(
            () => Unpack(metered, name, directory, options ?? new UnpackOptions(), static _ => null, out _, cancellationToken), cancellationToken);
        await DurableDirectory.SyncFileSystemAsync(directory, cancellationToken);
        return result;
    }

    /// <summary>As <see cref="UnpackAsync"/> on this thread, without the sync.</summary>
    /// <param name="archive">The archive's bytes, as stored.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="directory">An existing, empty directory.</param>
    /// <param name="options">What it may bring.</param>
    /// <param name="mismatch">The error for a digest that is not the one expected; null when any is.</param>
    /// <param name="digest">The SHA-256 of the stored bytes, lowercase hex.</param>
    /// <param name="cancellationToken">Stops it at any byte.</param>
    internal static UnpackResult Unpack(
        MeteredStream archive,
        string name,
        string directory,
        UnpackOptions options,
        Func<string, AgentException?> mismatch,
        out string digest,
        CancellationToken cancellationToken)
    {
        using var writer = new TreeWriter(directory, name, options);
        digest = VerifiedSource.Read(archive, name, requireEnd: true, reader => Write(reader, writer, cancellationToken), mismatch, cancellationToken);
        writer.Finish();
        return writer.Result;
    }

    private static void Write(TarReader reader, TreeWriter writer, CancellationToken cancellationToken)
    {
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(entry, reader, cancellationToken);
        }
    }
}
