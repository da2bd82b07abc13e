namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>What is wanted of a machine. Absent fields are null: the configuration's value, or the default, stands.</summary>
public sealed record MachineSpec
{
    /// <summary>Kubernetes on the node.</summary>
    public KubernetesSpec? Kubernetes { get; init; }

    /// <summary>The node image, and the agent itself.</summary>
    public AgentSpec? Agent { get; init; }

    /// <summary>Counters that ask for an operation.</summary>
    public OperationsSpec? Operations { get; init; }

    /// <summary>How to update.</summary>
    public UpdateSpec? Update { get; init; }
}

/// <summary>Kubernetes on the node.</summary>
public sealed record KubernetesSpec
{
    /// <summary>Version with or without <c>v</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The Node of this machine.</summary>
    public ObjectName? NodeRef { get; init; }

    /// <summary>Labels of the Node, beside the configuration's.</summary>
    public IReadOnlyDictionary<string, string>? NodeLabels { get; init; }

    /// <summary>Taints of the Node, <c>key=value:Effect</c>, beside the configuration's.</summary>
    public IReadOnlyList<string>? RegisterWithTaints { get; init; }

    /// <summary>Secret in kube-system with the bootstrap token.</summary>
    public ObjectName? BootstrapTokenRef { get; init; }
}

/// <summary>A reference by name.</summary>
/// <param name="Name">The name.</param>
public sealed record ObjectName(string Name);

/// <summary>The node image, and the agent itself.</summary>
public sealed record AgentSpec
{
    /// <summary>Reference of the node image.</summary>
    public string? Image { get; init; }

    /// <summary>Release of the agent.</summary>
    public string? Version { get; init; }

    /// <summary>Where releases of the agent are.</summary>
    public string? BaseURL { get; init; }

    /// <summary>Archive of the agent; beats version and base.</summary>
    public string? Url { get; init; }

    /// <summary>Where node software is fetched from.</summary>
    public DownloadsSpec? Downloads { get; init; }
}

/// <summary>Where node software is fetched from.</summary>
public sealed record DownloadsSpec
{
    /// <summary>kubelet.</summary>
    public DownloadSpec? Kubernetes { get; init; }

    /// <summary>containerd.</summary>
    public DownloadSpec? Containerd { get; init; }

    /// <summary>runc.</summary>
    public DownloadSpec? Runc { get; init; }

    /// <summary>CNI plugins.</summary>
    public DownloadSpec? Cni { get; init; }

    /// <summary>crictl.</summary>
    public DownloadSpec? Crictl { get; init; }
}

/// <summary>One source. <see cref="Url"/> beats <see cref="BaseURL"/>.</summary>
/// <param name="BaseURL">Base that keeps upstream's layout.</param>
/// <param name="Url">The file itself.</param>
/// <param name="Version">Its version.</param>
public sealed record DownloadSpec(string? BaseURL = null, string? Url = null, string? Version = null)
{
    // Generated text would show a signed URL's query.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append(Core.Errors.Redaction.Scrub(Url ?? BaseURL ?? ""));
        return true;
    }
}

/// <summary>Counters that ask for an operation: it is pending while spec is greater than status.</summary>
/// <param name="RebootCounter">Restarts the active side.</param>
/// <param name="RepaveCounter">Swaps to the same target.</param>
public sealed record OperationsSpec(long? RebootCounter = null, long? RepaveCounter = null);
