using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>Reads a kubeconfig's cluster and user.</summary>
internal sealed class KubeconfigReader(string directory, DocumentProblems problems, IProcessRunner runner, TimeProvider time)
{
    private const int MaxArguments = 128;
    private static readonly string[] Places = ["/usr/local/bin", "/usr/bin", "/bin"];
    private static readonly string[] Unsupported = ["auth-provider", "username", "password", "as"];

    public ClusterEndpoint? Endpoint(DocumentMap cluster, DocumentMap? user)
    {
        if (cluster.Flag("insecure-skip-tls-verify") == true)
            problems.Error(cluster.Node, "insecure-skip-tls-verify is not supported: the server is always verified; name its certificate-authority");
        if (cluster.Text("server") is not { } server)
        {
            problems.Error(cluster.Node, "has no server");
            return null;
        }

        if (!Uri.TryCreate(server.Scalar, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.Query.Length > 0)
        {
            problems.Error(server, "must be an https:// address");
            return null;
        }

        var authorities = Data(cluster, "certificate-authority-data") ?? (File(cluster, "certificate-authority") is { } path ? new CredentialFile(path).Read() : null);
        if (Credentials(user) is not { } credentials)
            return null;
        return new ClusterEndpoint(address, authorities, credentials) { TlsServerName = cluster.Text("tls-server-name")?.Scalar };
    }

    private IClusterCredentials? Credentials(DocumentMap? user)
    {
        if (user is null)
            return new FixedCredentials();
        foreach (var unsupported in Unsupported)
        {
            if (user.Get(unsupported) is { } node)
                problems.Error(node, "is not supported: use a token, a client certificate or exec");
        }

        // client-go's order: what is inline beats a file; a token goes beside a certificate.
        var (certificate, key) = (Data(user, "client-certificate-data"), Data(user, "client-key-data"));
        if (certificate is not null && key is not null)
            return CertificateCredentials.FromPem(certificate, key, $"{directory} (client-certificate-data)");
        if (File(user, "client-certificate") is { } certificateFile && File(user, "client-key") is { } keyFile)
            return CertificateCredentials.FromFiles(certificateFile, keyFile);
        if (user.Text("token") is { } token)
            return new FixedCredentials(token.Scalar);
        if (File(user, "tokenFile") is { } tokenFile)
            return new TokenFileCredentials(tokenFile);
        if (user.Map("exec") is { } exec)
            return Exec(exec);
        problems.Error(user.Node, "has no token, tokenFile, client certificate with its key, or exec");
        return null;
    }

    private ExecCredentials? Exec(DocumentMap exec)
    {
        if (exec.Text("command") is not { } command)
        {
            problems.Error(exec.Node, "has no command");
            return null;
        }

        // One without a slash is looked for by a shell: here it would depend on who started the agent.
        var program = command.Scalar.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command.Scalar, directory) : InPath(command.Scalar);
        if (program is null)
        {
            problems.Error(command, "is not in /usr/local/bin, /usr/bin or /bin; give its whole path");
            return null;
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in exec.Maps("env", MaxArguments))
        {
            if (variable.Text("name") is { } name)
                environment[name.Scalar] = variable.Text("value")?.Scalar ?? "";
        }

        return new(
            new ExecPlugin(
                program,
                [.. exec.Texts("args", MaxArguments).Select(a => a.Scalar)],
                environment,
                exec.Text("apiVersion")?.Scalar is { } version && NameSyntax.LabelKey(version) is null ? version : "client.authentication.k8s.io/v1"),
            runner,
            time);
    }

    private static string? InPath(string name) =>
        Places.Select(d => Path.Combine(d, name)).FirstOrDefault(System.IO.File.Exists);

    private string? File(DocumentMap map, string name) => map.Text(name) is { } node ? Path.GetFullPath(node.Scalar, directory) : null;

    private string? Data(DocumentMap map, string name)
    {
        if (map.Text(name) is not { } node)
            return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(node.Scalar));
        }
        catch (FormatException)
        {
            problems.Error(node, "is not base64");
            return null;
        }
    }
}
