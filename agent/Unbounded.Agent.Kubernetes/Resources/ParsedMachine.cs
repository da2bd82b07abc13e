using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>A Machine that was accepted.</summary>
/// <param name="Machine">The Machine, checked.</param>
/// <param name="Warnings">Fields that are ignored, each with its place.</param>
public sealed record ParsedMachine(Machine Machine, IReadOnlyList<ErrorDetail> Warnings);
