using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>Who the agent is to an API server. Asked at every request and every handshake, so that what is rotated is used at once. Thread-safe.</summary>
public interface IClusterCredentials
{
    /// <summary>The bearer token, null: none.</summary>
    /// <exception cref="Core.Errors.AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>.</exception>
    ValueTask<string?> TokenAsync(CancellationToken cancellationToken);

    /// <summary>The client certificate with its key, null: none. Another object than before: connections are made anew.</summary>
    /// <exception cref="Core.Errors.AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>.</exception>
    ValueTask<X509Certificate2?> CertificateAsync(CancellationToken cancellationToken);

    /// <summary>The server answered 401: whatever is cached is not to be used again.</summary>
    void Refused();
}
