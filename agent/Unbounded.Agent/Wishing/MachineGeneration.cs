using System.Security.Cryptography;
using System.Text.Json;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Wishing;

/// <summary>
/// Gives a local Machine what an API server gives a stored one: a generation that grows with every accepted edit, also over restarts.
/// </summary>
/// <param name="store">Storage.</param>
/// <param name="paths">Where it is kept.</param>
/// <param name="mayWrite">Whether a new generation is kept; who only looks must change nothing.</param>
internal sealed class MachineGeneration(IDurableStore store, AgentPaths paths, bool mayWrite)
{
    private const int LimitBytes = 4096;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The generation of a file's content.</summary>
    public async Task<long> OfAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var known = await ReadAsync(cancellationToken);
        if (known?.Sha256 == digest)
            return known.Generation;
        var next = new KnownGeneration(digest, (known?.Generation ?? 0) + 1);
        if (mayWrite)
            await store.WriteAsync(paths.GenerationFile, JsonSerializer.SerializeToUtf8Bytes(next, GenerationJson.Default.KnownGeneration), Private, cancellationToken);
        return next.Generation;
    }

    private async Task<KnownGeneration?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.GenerationFile, LimitBytes, cancellationToken) is not { } bytes)
            return null;
        try
        {
            return StoredJson.Read(bytes, GenerationJson.Default.KnownGeneration);
        }
        catch (JsonException)
        {
            // It is only a count for people: one that is damaged starts again, and stands in nothing's way.
            return null;
        }
    }
}
