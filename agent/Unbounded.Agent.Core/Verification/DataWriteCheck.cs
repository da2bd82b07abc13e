using System.Security.Cryptography;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Verification;

/// <summary>Writes 1 KiB to the data partition, durably, and reads it back: a disk that no longer takes writes is no place to commit on.</summary>
/// <param name="store">Durable storage.</param>
/// <param name="path">Absolute path of the file that is written.</param>
public sealed class DataWriteCheck(IDurableStore store, string path) : ICheck
{
    private const int Length = 1024;

    /// <inheritdoc/>
    public string Name => "data-write";

    /// <inheritdoc/>
    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public bool SpeaksOfTheSide => false;

    /// <inheritdoc/>
    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        // Never the same bytes twice: what an earlier run left behind must not pass for this write.
        var written = RandomNumberGenerator.GetBytes(Length);
        await store.WriteAsync(path, written, UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken);
        var read = await store.ReadAsync(path, Length, cancellationToken);
        return read is not null && read.AsSpan().SequenceEqual(written)
            ? CheckResult.Passed($"{Length} bytes written, synced and read at {path}")
            : CheckResult.NotYet($"other bytes were read at {path} than were written");
    }
}
