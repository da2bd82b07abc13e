using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>Files in memory.</summary>
public sealed class SimulatedFiles(PowerSupply power) : IHostFiles
{
    public SortedDictionary<string, SimulatedFile> All { get; } = new(StringComparer.Ordinal);

    /// <summary>Where a read-only file system is mounted, if one is.</summary>
    public string? ReadOnly { get; set; }

    public void AddDirectory(string path)
    {
        for (var p = path; p is not (null or "/"); p = Path.GetDirectoryName(p))
            All.TryAdd(p, new SimulatedFile(null, (UnixFileMode)0b111_101_101, Owner: "root"));
    }

    public void Add(string path, string content, UnixFileMode mode = (UnixFileMode)0b110_100_100, string owner = "root")
    {
        AddDirectory(Path.GetDirectoryName(path)!);
        All[path] = new SimulatedFile(content, mode, Owner: owner);
    }

    public Task<HostFileInfo?> StatAsync(string path, CancellationToken cancellationToken) => Task.FromResult(All.TryGetValue(path, out var f) ? Info(f) : null);

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(All.TryGetValue(path, out var f) && f.Content is { } c ? Encoding.UTF8.GetBytes(c) : null);

    public Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Children(directory).Select(p => Path.GetFileName(p))]);

    public Task DemandWritableAsync(string path, CancellationToken cancellationToken) => ReadOnly is { } below && path.StartsWith(below + "/", StringComparison.Ordinal)
        ? Task.FromException(KernelError.From(Errno.EROFS, "fstatvfs", $"{path} can't be written", path))
        : Task.CompletedTask;

    public async Task WriteAsync(string path, HostContent content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        await using var stream = content.Open();
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(cancellationToken);
        RequireParent(path);
        power.Effect($"write {path}", () => All[path] = new SimulatedFile(text, mode));
    }

    public Task KeepAsync(string path, string keptPath, CancellationToken cancellationToken)
    {
        if (!All.ContainsKey(keptPath))
            power.Effect($"keep {path}", () => All[keptPath] = All[path]);
        return Task.CompletedTask;
    }

    public Task RestoreAsync(string keptPath, string path, CancellationToken cancellationToken)
    {
        if (All.TryGetValue(keptPath, out var kept))
        {
            power.Effect($"restore {path}", () =>
            {
                All[path] = kept;
                All.Remove(keptPath);
            });
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (All.ContainsKey(path))
            power.Effect($"delete {path}", () => All.Remove(path));
        return Task.CompletedTask;
    }

    public Task CreateDirectoryAsync(string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        RequireParent(path);
        if (!All.ContainsKey(path))
            power.Effect($"mkdir {path}", () => All[path] = new SimulatedFile(null, mode));
        return Task.CompletedTask;
    }

    public Task SetDirectoryModeAsync(string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (All[path].Mode != mode)
            power.Effect($"chmod {path}", () => All[path] = All[path] with { Mode = mode });
        return Task.CompletedTask;
    }

    public Task<bool> RemoveEmptyDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        if (!All.ContainsKey(path))
            return Task.FromResult(true);
        if (Children(path).Any())
            return Task.FromResult(false);
        power.Effect($"rmdir {path}", () => All.Remove(path));
        return Task.FromResult(true);
    }

    public Task RemoveTreeAsync(string path, CancellationToken cancellationToken)
    {
        foreach (var below in All.Keys.Where(p => p.StartsWith(path + "/", StringComparison.Ordinal)).Reverse().Append(path).Where(All.ContainsKey).ToList())
            power.Effect($"delete {below}", () => All.Remove(below));
        return Task.CompletedTask;
    }

    private static HostFileInfo Info(SimulatedFile f) => f switch
    {
        { IsDirectory: true } => new HostFileInfo(HostFileKind.Directory, "", f.Mode),
        { LinkTarget: { } t } => new HostFileInfo(HostFileKind.Link, Digest(t), f.Mode),
        _ => new HostFileInfo(HostFileKind.File, Digest(f.Content!), f.Mode),
    };

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private IEnumerable<string> Children(string directory) => All.Keys.Where(p => string.Equals(Path.GetDirectoryName(p), directory, StringComparison.Ordinal));

    private void RequireParent(string path)
    {
        if (Path.GetDirectoryName(path) is not ("/" or null) and var parent && !All.ContainsKey(parent))
            throw new DirectoryNotFoundException(path);
    }
}
