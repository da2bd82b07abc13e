using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration;

/// <summary>
/// The agent's configuration (<c>config.json</c> and the applied config): what a node needs to exist. Property names are the file's
/// keys. Immutable. Absent sections are null; the parser has checked and normalised every value.
/// </summary>
public sealed record AgentConfig
{
    /// <summary>Name of the Machine resource and of this node's records, RFC 1123.</summary>
    public required string MachineName { get; init; }

    /// <summary>Name of the Node object, RFC 1123; null: the host's name where valid, else <see cref="MachineName"/>.</summary>
    public string? NodeName { get; init; }

    /// <summary>The cluster to join.</summary>
    public required ClusterConfig Cluster { get; init; }

    /// <summary>The kubelet.</summary>
    public required KubeletConfig Kubelet { get; init; }

    /// <summary>Container runtime versions, null: the image's.</summary>
    public CriConfig? CRI { get; init; }

    /// <summary>CNI plugin version, null: the image's.</summary>
    public CniConfig? CNI { get; init; }

    /// <summary>Reference of the node image (<c>file://</c>, <c>dir://</c>, <c>oci-layout://</c>).</summary>
    public string? OCIImage { get; init; }

    /// <summary>Where node software is fetched from. Never persisted in the applied config.</summary>
    public DownloadsConfig? Downloads { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Device nodes of the host to bind beside those that are found.</summary>
    public IReadOnlyList<string> AdditionalHostDevices { get => field ?? []; init; } = [];

    /// <summary>Directories or files of the host to bind.</summary>
    public IReadOnlyList<HostMount> AdditionalHostMounts { get => field ?? []; init; } = [];

    /// <summary>Node software that is already on the host.</summary>
    public OfflineArtifactsConfig? OfflineArtifacts { get; init; }
}

/// <summary>The cluster to join.</summary>
public sealed record ClusterConfig
{
    /// <summary>The API server's CA, PEM in base64; null without an API server.</summary>
    public string? CaCertBase64 { get; init; }

    /// <summary>Cluster DNS address, null: none.</summary>
    public string? ClusterDNS { get; init; }

    /// <summary>Kubernetes version without a leading <c>v</c>.</summary>
    public required string Version { get; init; }
}

/// <summary>The kubelet.</summary>
public sealed record KubeletConfig
{
    /// <summary>URL of the API server, always with a scheme; null: a standalone kubelet that runs static pods only.</summary>
    public string? ApiServer { get; init; }

    /// <summary>How the kubelet joins; null without an API server.</summary>
    public KubeletAuth? Auth { get; init; }

    /// <summary>Labels of the Node.</summary>
    public IReadOnlyDictionary<string, string> Labels { get => field ?? new SortedDictionary<string, string>(StringComparer.Ordinal); init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Taints of the Node, <c>key=value:Effect</c>.</summary>
    public IReadOnlyList<string> RegisterWithTaints { get => field ?? []; init; } = [];

    /// <summary>Address of the Node, null: the kubelet finds it.</summary>
    public string? NodeIP { get; init; }

    /// <summary>Fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1) that replace or add to the agent's own. Not to be changed.</summary>
    public JsonObject? Configuration { get; init; }

    // Generated text would show Configuration, whose headers for static pods may be secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ApiServer = ").Append(Redaction.Scrub(ApiServer ?? "")).Append(", Auth = ").Append(Auth);
        return true;
    }
}

/// <summary>How the kubelet joins: exactly one is set.</summary>
public sealed record KubeletAuth
{
    /// <summary>A bootstrap token, <c>[a-z0-9]{6}.[a-z0-9]{16}</c>. A secret.</summary>
    public string? BootstrapToken { get; init; }

    /// <summary>An exec credential plugin as in a kubeconfig's <c>exec</c> (client.authentication.k8s.io).</summary>
    public JsonObject? ExecCredential { get; init; }

    // Generated text would show the secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(BootstrapToken is not null ? "BootstrapToken" : ExecCredential is not null ? "ExecCredential" : "none");
        return true;
    }
}

/// <summary>Container runtime versions.</summary>
/// <param name="Containerd">containerd.</param>
/// <param name="Runc">runc.</param>
public sealed record CriConfig(VersionConfig? Containerd = null, VersionConfig? Runc = null);

/// <summary>A version.</summary>
/// <param name="Version">The version, null: the image's.</param>
public sealed record VersionConfig(string? Version = null);

/// <summary>CNI plugins.</summary>
/// <param name="PluginVersion">Their version, null: the image's.</param>
public sealed record CniConfig(string? PluginVersion = null);

/// <summary>Where node software is fetched from.</summary>
public sealed record DownloadsConfig
{
    /// <summary>kubelet.</summary>
    public DownloadSource? Kubernetes { get; init; }

    /// <summary>containerd.</summary>
    public DownloadSource? Containerd { get; init; }

    /// <summary>runc.</summary>
    public DownloadSource? Runc { get; init; }

    /// <summary>CNI plugins.</summary>
    public DownloadSource? CNI { get; init; }

    /// <summary>crictl.</summary>
    public DownloadSource? Crictl { get; init; }
}

/// <summary>One source. <see cref="URL"/> beats <see cref="BaseURL"/>; a base keeps upstream's layout.</summary>
public sealed record DownloadSource(string? BaseURL = null, string? URL = null, string? Version = null)
{
    // Generated text would show a signed URL's query.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Redaction.Scrub(URL ?? BaseURL ?? "")).Append(' ').Append(Version);
        return true;
    }
}

/// <summary>A directory or file of the host that is bound into the machine.</summary>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Target">Absolute path in the machine; the parser sets it to the source where the file has none.</param>
/// <param name="ReadOnly">Whether the machine may not write to it.</param>
public sealed record HostMount(string Source, string Target, bool ReadOnly = false);

/// <summary>Node software that is already on the host.</summary>
/// <param name="Source">Absolute path of the directory.</param>
public sealed record OfflineArtifactsConfig(string? Source = null);
