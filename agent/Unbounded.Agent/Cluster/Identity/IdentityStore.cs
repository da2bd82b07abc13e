using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Cluster.Identity;

/// <summary>
/// Keeps the daemon's key and certificate, 0600: <c>identity.pem</c> holds both, so that they are replaced together; <c>identity-next.key</c> is the key of a request
/// that is under way, so that a restart asks for the same one. What is kept says for whom it was issued: a host that was given another name, or moved to another
/// cluster, must ask anew.
/// </summary>
/// <param name="store">Writes it.</param>
/// <param name="paths">Where.</param>
/// <param name="owner">Whose identity is meant.</param>
internal sealed class IdentityStore(IDurableStore store, AgentPaths paths, IdentityOwner owner)
{
    private const int LimitBytes = 256 << 10;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The certificate that is kept; null: there is none, or it can't be read.</summary>
    public async Task<KeptIdentity?> FindAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.Identity, LimitBytes, cancellationToken) is not { } pem)
            return null;
        try
        {
            var text = Encoding.UTF8.GetString(pem);
            using var certificate = X509Certificate2.CreateFromPem(text, text);
            return new(
                new DateTimeOffset(certificate.NotBefore).ToUniversalTime(), new DateTimeOffset(certificate.NotAfter).ToUniversalTime(), owner.WhyNotOf(certificate, text));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Notes that the certificate is used under this owner: an address that changed now, and an authority that changes later, are two changes of the same cluster.
    /// </summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.Identity, LimitBytes, cancellationToken) is not { } pem)
            return;
        var text = Encoding.UTF8.GetString(pem);
        if (owner.Restamped(text) is { } stamped)
            await store.WriteAsync(paths.Identity, Encoding.UTF8.GetBytes(stamped), Private, cancellationToken);
    }

    /// <summary>The key of the request that is under way; a new one where there is none.</summary>
    public async Task<MachineKey> NextKeyAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.IdentityNextKey, LimitBytes, cancellationToken) is { } pem)
        {
            try
            {
                return MachineKey.FromPem(Encoding.UTF8.GetString(pem));
            }
            catch (AgentException)
            {
                // Damaged: nobody has a certificate for it.
            }
        }

        var key = MachineKey.Create();
        // Durable before it is asked for: a certificate for a key that is gone is of no use.
        await store.WriteAsync(paths.IdentityNextKey, Encoding.UTF8.GetBytes(key.ToPem()), Private, cancellationToken);
        return key;
    }

    /// <summary>Puts a new certificate in the place of the one before.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>: it is not for this key.</exception>
    public async Task TakeAsync(MachineKey key, string certificate, CancellationToken cancellationToken)
    {
        if (!Fits(key, certificate))
        {
            throw new AgentException(
                KubernetesErrors.CredentialsUnusable,
                "the certificate that was issued can't be used",
                "it is not for the key that was asked with",
                "delete the request in the cluster: another one is filed");
        }

        await store.WriteAsync(paths.Identity, Encoding.UTF8.GetBytes(owner.Line + "\n" + certificate.TrimEnd() + "\n" + key.ToPem()), Private, cancellationToken);
        await store.DeleteAsync(paths.IdentityNextKey, cancellationToken);
    }

    private static bool Fits(MachineKey key, string certificate)
    {
        try
        {
            using var parsed = X509Certificate2.CreateFromPem(certificate);
            return key.Fits(parsed);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
