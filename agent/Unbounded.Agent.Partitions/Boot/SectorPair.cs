using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot.Grub;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>
/// A boot loader's text file of exactly one sector, overwritten in place with one synced write, and a copy of it for the agent alone. The file is written
/// first: it alone is decided by.
/// </summary>
/// <param name="files">Both files.</param>
/// <param name="path">The file.</param>
/// <param name="copy">The copy.</param>
/// <param name="isUsable">Whether the loader can decide by a content.</param>
internal sealed class SectorPair(IBootFiles files, string path, string copy, Predicate<byte[]> isUsable)
{
    /// <summary>What the loader decides by, null when that is beyond use, and what the copy has, null when that is.</summary>
    /// <exception cref="AgentException">The file is longer than a sector, or can't be read.</exception>
    public async Task<(byte[]? File, byte[]? Copy)> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = await files.ReadAsync(path, cancellationToken);
        return bytes?.Length > InPlaceFile.Sector ? throw NotOneSector(bytes.Length) : (Usable(bytes), Usable(await files.ReadAsync(copy, cancellationToken)));
    }

    /// <summary>Writes both, each only where it differs. One that is beyond use is made anew.</summary>
    /// <exception cref="AgentException">The file can be used, but is no sector; or it can't be written.</exception>
    public async Task WriteAsync(byte[] sector)
    {
        await PutAsync(path, sector);
        await PutAsync(copy, sector);
    }

    private async Task PutAsync(string name, byte[] sector)
    {
        var present = await files.ReadAsync(name, CancellationToken.None);
        if (present is not null && present.AsSpan().SequenceEqual(sector))
            return;
        if (present?.Length == InPlaceFile.Sector)
            await files.WriteFirstSectorAsync(name, sector);
        else if (name == path && Usable(present) is not null)
            throw NotOneSector(present!.Length);
        else
            await files.RenewAsync(name, sector);
    }

    private byte[]? Usable(byte[]? bytes) => bytes is not null && isUsable(bytes) ? bytes : null;

    private AgentException NotOneSector(int bytes) => new(
        PartitionsErrors.NotOneSector,
        $"{path} can't be changed",
        $"it has {bytes} bytes: only a file of exactly {InPlaceFile.Sector} is changed by one write of the disk",
        $"Fill it up with empty lines, or shorten it, to {InPlaceFile.Sector} bytes");
}
