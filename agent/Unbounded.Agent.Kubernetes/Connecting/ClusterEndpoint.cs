namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>Where an API server is, what it is trusted by, and who asks.</summary>
/// <param name="Server">Its address, https.</param>
/// <param name="Authorities">Certificates of authorities in PEM that alone are trusted; null: those of the host.</param>
/// <param name="Credentials">Who asks.</param>
public sealed record ClusterEndpoint(Uri Server, string? Authorities, IClusterCredentials Credentials)
{
    /// <summary>The name that the server's certificate must have where it is not the address's.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Name of the context's namespace, <c>default</c> where none is named.</summary>
    public string Namespace { get; init; } = "default";

    // Generated text would show who asks.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Server = ").Append(Core.Errors.Redaction.Scrub(Server.ToString()));
        return true;
    }
}
