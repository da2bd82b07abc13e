namespace Unbounded.Agent.Partitions.Boot.Grub;

/// <summary>Files that a boot loader finds by their blocks: read whole, changed in their first sector.</summary>
internal interface IBootFiles
{
    /// <summary>All of a file; null when there is none.</summary>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Overwrites its first sector, with one synced write. Begun, it is ended.</summary>
    Task WriteFirstSectorAsync(string path, ReadOnlyMemory<byte> sector);

    /// <summary>Creates a file that is missing or beyond use. A power cut may leave it empty.</summary>
    Task RenewAsync(string path, ReadOnlyMemory<byte> content);
}
