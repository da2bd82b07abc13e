using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>An applied config as it was found.</summary>
/// <param name="Config">What it says.</param>
/// <param name="Bytes">Its exact bytes, to be kept in the record: the file is repaired from them, not from what they mean.</param>
/// <param name="Verified">Whether a checksum confirmed it.</param>
/// <param name="Warnings">What a person should know.</param>
public sealed record LoadedAppliedConfig(AgentConfig Config, ReadOnlyMemory<byte> Bytes, bool Verified, IReadOnlyList<ErrorDetail> Warnings);
