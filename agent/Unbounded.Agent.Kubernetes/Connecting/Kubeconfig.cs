using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>Reads a kubeconfig (client-go's <c>v1</c> Config), YAML or JSON: its current context, with data inline or in files beside it.</summary>
public static class Kubeconfig
{
    private const int MaxEntries = 256;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; relative names in it are beside it.</param>
    /// <param name="runner">Runs credential plugins.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.KubeconfigInvalid"/> or <see cref="KubernetesErrors.CredentialsUnusable"/>.</exception>
    public static ClusterEndpoint Read(string path, IProcessRunner runner, TimeProvider time) =>
        Parse(Encoding.UTF8.GetBytes(new CredentialFile(path).Read()), path, runner, time);

    /// <summary>Reads the content of a file.</summary>
    /// <param name="utf8">The content.</param>
    /// <param name="path">Where it is from.</param>
    /// <param name="runner">Runs credential plugins.</param>
    /// <param name="time">The clock.</param>
    public static ClusterEndpoint Parse(ReadOnlySpan<byte> utf8, string path, IProcessRunner runner, TimeProvider time)
    {
        var problems = new DocumentProblems();
        var root = Map(utf8, path, problems);
        var context = Named(root, "contexts", root.Text("current-context"), "context", problems);
        var cluster = Named(root, "clusters", context?.Text("cluster"), "cluster", problems);
        var user = context?.Text("user") is { } name ? Named(root, "users", name, "user", problems) : null;
        var reader = new KubeconfigReader(Path.GetDirectoryName(Path.GetFullPath(path))!, problems, runner, time);
        var endpoint = cluster is null ? null : reader.Endpoint(cluster, user);
        if (problems.Any || endpoint is null)
            throw Invalid(path, problems.Errors);
        return endpoint with { Namespace = context!.Text("namespace")?.Scalar ?? "default" };
    }

    private static DocumentMap Map(ReadOnlySpan<byte> utf8, string path, DocumentProblems problems)
    {
        try
        {
            // JSON is YAML; only its last byte may be none that ends a line.
            return new(YamlSource.Read(utf8.Length > 0 && utf8[^1] == '\n' ? utf8 : [.. utf8, (byte)'\n'], problems), problems);
        }
        catch (YamlRefused e)
        {
            throw Invalid(path, [e.Detail]);
        }
    }

    private static DocumentMap? Named(DocumentMap root, string list, DocumentNode? name, string member, DocumentProblems problems)
    {
        if (name is null)
        {
            problems.Error(root.Node, $"names no {member}");
            return null;
        }

        var entry = root.Maps(list, MaxEntries).FirstOrDefault(e => e.Text("name")?.Scalar == name.Scalar);
        if (entry?.Map(member) is { } found)
            return found;
        problems.Error(name, $"there is no such {member} in {list}");
        return null;
    }

    private static AgentException Invalid(string path, IReadOnlyList<ErrorDetail> details) => new(
        KubernetesErrors.KubeconfigInvalid,
        $"the kubeconfig {path} can't be used",
        string.Join("; ", details),
        "correct it; kubectl --kubeconfig tells whether it works",
        details: details);
}
