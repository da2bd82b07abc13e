using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Kubernetes.Tests.Contract;

/// <summary>A server that the contract is tried against.</summary>
/// <param name="Admin">Somebody who may do everything.</param>
/// <param name="Nobody">Somebody who is known and may do nothing.</param>
public sealed record ContractServer(ClusterEndpoint Admin, ClusterEndpoint Nobody);
