namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>Where one Lease is. Failures are <see cref="Core.Errors.AgentException"/>s of block 52xx.</summary>
public interface ILeaseStore
{
    /// <summary>Reads it; null: there is none.</summary>
    Task<Lease?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes it where its version is null, replaces that version otherwise. Throws <see cref="KubernetesErrors.AlreadyExists"/>, <see cref="KubernetesErrors.Conflict"/> or
    /// <see cref="KubernetesErrors.NotFound"/> where somebody else was quicker. Any other failure leaves open whether it was written.
    /// </summary>
    Task<Lease> WriteAsync(Lease lease, CancellationToken cancellationToken);
}
