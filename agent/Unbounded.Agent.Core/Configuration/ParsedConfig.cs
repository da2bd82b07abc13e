using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration;

/// <summary>A configuration that was accepted.</summary>
/// <param name="Config">The configuration, checked and normalised.</param>
/// <param name="Warnings">What a person should know: fields that are ignored, values that will not do what they seem to.</param>
public sealed record ParsedConfig(AgentConfig Config, IReadOnlyList<ErrorDetail> Warnings);
