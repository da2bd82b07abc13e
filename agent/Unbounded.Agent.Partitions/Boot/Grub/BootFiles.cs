using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot.Grub;

/// <summary>The files as they are on the boot loader's partition.</summary>
internal sealed class BootFiles : IEntryFiles
{
    // Much larger than a block: a file that something else appended to is still read.
    private const int LimitBytes = 64 * 1024;

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => BoundedFile.TryReadAsync(path, LimitBytes, cancellationToken);

    public Task WriteFirstSectorAsync(string path, ReadOnlyMemory<byte> sector) => Task.Run(() => InPlaceFile.WriteFirstSector(path, sector.Span));

    public Task RenewAsync(string path, ReadOnlyMemory<byte> content) => Task.Run(() => InPlaceFile.Renew(path, content.Span));

    public Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<string>>(
        () => Directory.Exists(directory) ? [.. Directory.EnumerateFileSystemEntries(directory).Select(e => Path.GetFileName(e)!)] : [], cancellationToken);

    public Task DeleteAsync(string path) => DurableFile.DeleteAsync(path, CancellationToken.None);
}
