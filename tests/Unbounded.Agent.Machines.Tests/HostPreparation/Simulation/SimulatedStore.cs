using System.Text;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>Durable storage over the simulated files, cut like everything else.</summary>
public sealed class SimulatedStore(SimulatedFiles files, PowerSupply power) : IDurableStore
{
    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) => files.ReadAsync(path, cancellationToken);

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        foreach (var directory in Missing(path))
            await files.CreateDirectoryAsync(directory, (UnixFileMode)0b111_101_000, cancellationToken);
        power.Effect($"save {path}", () => files.All[path] = new SimulatedFile(Encoding.UTF8.GetString(content.Span), mode));
    }

    public async Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (await ReadAsync(path, int.MaxValue, cancellationToken) is { } now && now.AsSpan().SequenceEqual(content.Span))
            return false;
        await WriteAsync(path, content, mode, cancellationToken);
        return true;
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => files.DeleteAsync(path, cancellationToken);

    private List<string> Missing(string path)
    {
        var missing = new List<string>();
        for (var p = Path.GetDirectoryName(path); p is not (null or "/") && !files.All.ContainsKey(p); p = Path.GetDirectoryName(p))
            missing.Insert(0, p);
        return missing;
    }
}
