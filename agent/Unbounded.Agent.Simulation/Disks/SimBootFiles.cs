using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>
/// The EFI system partition: files whose first sector a disk writes whole or not at all. A file that is created anew is empty for an instant, as FAT makes it.
/// </summary>
/// <param name="scissors">Counts effects, and cuts.</param>
internal sealed class SimBootFiles(Scissors scissors) : IBootFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Hears of each file that was changed.</summary>
    public Action<string, byte[]> Changed { get; set; } = (_, _) => { };

    /// <summary>Planted bug: a file is truncated before it is written, as <c>grub-editenv</c> does.</summary>
    public bool Truncates { get; set; }

    /// <summary>Planted bug: a file of this name is never there.</summary>
    public string? Loses { get; set; }

    public byte[]? Peek(string path) => Path.GetFileName(path) == Loses ? null : _files.GetValueOrDefault(path);

    /// <summary>What the boot loader writes: no effect of the agent's.</summary>
    public void Put(string path, byte[] content) => _files[path] = content;

    public void CopyFrom(SimBootFiles other)
    {
        _files.Clear();
        foreach (var (path, content) in other._files)
        {
            _files[path] = content;
        }

        (Truncates, Loses) = (other.Truncates, other.Loses);
    }

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult(Peek(path));

    public async Task WriteFirstSectorAsync(string path, ReadOnlyMemory<byte> sector)
    {
        var content = _files[path].ToArray();
        if (Truncates)
        {
            await ChangeAsync(path, [], "truncate");
        }

        sector.CopyTo(content);
        await ChangeAsync(path, content, "write");
    }

    public async Task RenewAsync(string path, ReadOnlyMemory<byte> content)
    {
        await ChangeAsync(path, [], "create");
        await ChangeAsync(path, content.ToArray(), "write");
    }

    private Task ChangeAsync(string path, byte[] content, string verb)
    {
        if (Path.GetFileName(path) == Loses)
        {
            return Task.CompletedTask;
        }

        _files[path] = content;
        Changed(path, content);
        return scissors.HappenedAsync($"{verb} {path}");
    }
}
