using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Parsing;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>Reads a Machine's spec.</summary>
internal static class SpecReader
{
    private const int MaxLabels = 512;
    private const int MaxTaints = 128;

    public static MachineSpec Read(DocumentMap map, DocumentProblems problems)
    {
        var spec = new MachineSpec
        {
            Kubernetes = map.Map("kubernetes") is { } kubernetes ? ReadKubernetes(kubernetes, problems) : null,
            Agent = map.Map("agent") is { } agent ? ReadAgent(agent, problems) : null,
            Operations = map.Map("operations") is { } operations ? ReadOperations(operations) : null,
            Update = map.Map("update") is { } update ? UpdateReader.Read(update, problems) : null,
        };
        // Other controllers' fields of the same resource.
        map.Leave("ssh", "pxe", "provider", "providerRef", "providerID", "host", "configurationRef");
        map.Finish();
        return spec;
    }

    private static KubernetesSpec ReadKubernetes(DocumentMap map, DocumentProblems problems)
    {
        SortedDictionary<string, string>? labels = null;
        if (map.Get("nodeLabels") is { } node)
            LabelsReader.Read(node, problems, labels = new(StringComparer.Ordinal), MaxLabels);
        var hasTaints = map.Get("registerWithTaints") is not null;
        var spec = new KubernetesSpec
        {
            Version = Checked(map, "version", ValueSyntax.Version, problems),
            NodeRef = ReadReference(map, "nodeRef", problems),
            NodeLabels = labels,
            RegisterWithTaints = hasTaints ? LabelsReader.ReadTaints(map.Texts("registerWithTaints", MaxTaints), problems) : null,
            BootstrapTokenRef = ReadReference(map, "bootstrapTokenRef", problems),
        };
        map.Finish();
        return spec;
    }

    private static ObjectName? ReadReference(DocumentMap parent, string name, DocumentProblems problems)
    {
        if (parent.Map(name) is not { } map)
            return null;
        var value = Checked(map, "name", NameSyntax.Subdomain, problems);
        if (map.Lacks("name"))
            problems.Error(map.Node, "name is required");
        map.Finish();
        return new ObjectName(value ?? "");
    }

    private static AgentSpec ReadAgent(DocumentMap map, DocumentProblems problems)
    {
        var spec = new AgentSpec
        {
            Image = Checked(map, "image", ValueSyntax.Image, problems),
            Version = Checked(map, "version", ValueSyntax.Version, problems),
            BaseURL = Checked(map, "baseURL", url => ValueSyntax.WebAddress(url), problems),
            Url = Checked(map, "url", url => ValueSyntax.WebAddress(url), problems),
            Downloads = map.Map("downloads") is { } downloads ? ReadDownloads(downloads, problems) : null,
        };
        map.Finish();
        return spec;
    }

    private static DownloadsSpec ReadDownloads(DocumentMap map, DocumentProblems problems)
    {
        var spec = new DownloadsSpec
        {
            Kubernetes = ReadDownload(map, "kubernetes", problems),
            Containerd = ReadDownload(map, "containerd", problems),
            Runc = ReadDownload(map, "runc", problems),
            Cni = ReadDownload(map, "cni", problems),
            Crictl = ReadDownload(map, "crictl", problems),
        };
        map.Finish();
        return spec;
    }

    private static DownloadSpec? ReadDownload(DocumentMap parent, string name, DocumentProblems problems)
    {
        if (parent.Map(name) is not { } map)
            return null;
        var spec = new DownloadSpec(
            Checked(map, "baseURL", url => ValueSyntax.WebAddress(url), problems),
            Checked(map, "url", url => ValueSyntax.WebAddress(url), problems),
            Checked(map, "version", ValueSyntax.Version, problems));
        map.Finish();
        return spec;
    }

    private static OperationsSpec ReadOperations(DocumentMap map)
    {
        var spec = new OperationsSpec(map.WholeNumber("rebootCounter", 0, long.MaxValue), map.WholeNumber("repaveCounter", 0, long.MaxValue));
        map.Finish();
        return spec;
    }

    internal static string? Checked(DocumentMap map, string name, Func<string, string?> check, DocumentProblems problems)
    {
        if (map.Text(name) is not { } node)
            return null;
        if (check(node.Scalar) is { } problem)
            problems.Error(node, problem);
        return node.Scalar;
    }
}
