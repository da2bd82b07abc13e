namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>What must hold for an object to be deleted (meta/v1 Preconditions).</summary>
/// <param name="Uid">Its identity: not another object of the same name.</param>
/// <param name="ResourceVersion">Its version: nobody changed it since.</param>
public sealed record Preconditions(string? Uid = null, string? ResourceVersion = null);
