using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Tests.Configuration.Applied;

/// <summary>A durable store in memory that can lose its power before any of its effects.</summary>
internal sealed class MemoryStore : IDurableStore
{
    public SortedDictionary<string, (byte[] Content, UnixFileMode Mode, int Written)> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Effects until now.</summary>
    public int Effects { get; private set; }

    /// <summary>The effect that no longer happens; null: all do.</summary>
    public int? CutBefore { get; set; }

    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) =>
        Task.FromResult(Files.TryGetValue(path, out var file) ? file.Content : null);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        Spend();
        Files[path] = (content.ToArray(), mode, Effects);
        return Task.CompletedTask;
    }

    public async Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (Files.TryGetValue(path, out var file) && file.Mode == mode && content.Span.SequenceEqual(file.Content))
            return false;
        await WriteAsync(path, content, mode, cancellationToken);
        return true;
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (!Files.ContainsKey(path))
            return Task.CompletedTask;
        Spend();
        Files.Remove(path);
        return Task.CompletedTask;
    }

    private void Spend()
    {
        if (CutBefore == Effects)
            throw new PowerCutException();
        Effects++;
    }
}

internal sealed class PowerCutException() : Exception("the power is out");
