using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Verification;

/// <summary>The data partition takes a write and gives it back: 1 KiB, synced, read.</summary>
/// <param name="directory">A directory of the agent on the data partition.</param>
public sealed class DataWriteCheck(string directory) : ICheck
{
    private const int Length = 1024;

    /// <inheritdoc/>
    public string Name => "data-write";

    /// <inheritdoc/>
    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, ".write-check");
        var written = RandomNumberGenerator.GetBytes(Length);
        try
        {
            await DurableFile.WriteAsync(path, written, cancellationToken: cancellationToken);
            var read = await BoundedFile.ReadAsync(path, Length, cancellationToken);
            await DurableFile.DeleteAsync(path, cancellationToken);
            return read.AsSpan().SequenceEqual(written)
                ? CheckResult.Passed($"1 KiB written, synced and read back in {directory}")
                : CheckResult.NotYet($"{path} reads other than what was written");
        }
        catch (AgentException e)
        {
            return CheckResult.NotYet($"{e.Code}: {e.What}: {e.Why}");
        }
    }
}
