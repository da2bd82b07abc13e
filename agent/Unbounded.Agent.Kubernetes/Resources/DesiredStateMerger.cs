using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>Merges the configuration of the host with the Machine's spec. Where both say something the Machine wins. A pure function.</summary>
public static class DesiredStateMerger
{
    /// <summary>Merges.</summary>
    /// <param name="config">The configuration of the host.</param>
    /// <param name="machine">The Machine, accepted by a parser.</param>
    /// <param name="generation">Counts accepted edits where the Machine itself has no generation (a file).</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.MachineForeign"/>: the Machine has another name than the configuration says.</exception>
    public static DesiredState Merge(AgentConfig config, Machine machine, long generation = 0)
    {
        if (!string.Equals(config.MachineName, machine.Metadata.Name, StringComparison.Ordinal))
        {
            throw new AgentException(
                KubernetesErrors.MachineForeign,
                $"The Machine '{Redaction.Shown(machine.Metadata.Name)}' is not this host's",
                $"config.json has MachineName '{config.MachineName}'",
                "Correct metadata.name; the desired state before stays in force until then");
        }

        var kubernetes = machine.Spec.Kubernetes;
        var merged = config with
        {
            Cluster = config.Cluster with { Version = ValueSyntax.WithoutV(kubernetes?.Version ?? config.Cluster.Version) },
            OCIImage = machine.Spec.Agent?.Image ?? config.OCIImage,
            Downloads = MergeDownloads(config.Downloads, machine.Spec.Agent?.Downloads),
            Kubelet = config.Kubelet with
            {
                Labels = MergeLabels(config.Kubelet.Labels, kubernetes?.NodeLabels),
                RegisterWithTaints = MergeTaints(config.Kubelet.RegisterWithTaints, kubernetes?.RegisterWithTaints),
            },
        };
        return new DesiredState(
            merged,
            UpdatePolicies.Of(machine.Spec.Update),
            machine.Spec.Operations?.RebootCounter ?? 0,
            machine.Spec.Operations?.RepaveCounter ?? 0,
            machine.Metadata.Generation ?? generation);
    }

    private static IReadOnlyDictionary<string, string> MergeLabels(IReadOnlyDictionary<string, string> host, IReadOnlyDictionary<string, string>? machine)
    {
        if (machine is null)
            return host;
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in host.Concat(machine))
            merged[key] = value;
        return merged;
    }

    // Key and effect tell taints apart, so a Machine can change the value of one that the host has.
    private static IReadOnlyList<string> MergeTaints(IReadOnlyList<string> host, IReadOnlyList<string>? machine)
    {
        if (machine is null)
            return host;
        var replaced = machine.Select(NameSyntax.TaintIdentity).ToHashSet(StringComparer.Ordinal);
        return [.. host.Where(t => !replaced.Contains(NameSyntax.TaintIdentity(t))), .. machine];
    }

    private static DownloadsConfig? MergeDownloads(DownloadsConfig? host, DownloadsSpec? machine) => machine is null
        ? host
        : new DownloadsConfig
        {
            Kubernetes = SourceOf(machine.Kubernetes) ?? host?.Kubernetes,
            Containerd = SourceOf(machine.Containerd) ?? host?.Containerd,
            Runc = SourceOf(machine.Runc) ?? host?.Runc,
            CNI = SourceOf(machine.Cni) ?? host?.CNI,
            Crictl = SourceOf(machine.Crictl) ?? host?.Crictl,
        };

    private static DownloadSource? SourceOf(DownloadSpec? spec) => spec is null ? null : new DownloadSource(spec.BaseURL, spec.Url, spec.Version);
}
