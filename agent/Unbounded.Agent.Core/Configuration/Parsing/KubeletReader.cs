using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads the kubelet's section.</summary>
internal static class KubeletReader
{
    private const int MaxLabels = 512;
    private const int MaxTaints = 128;

    /// <param name="root">The whole document.</param>
    /// <param name="fields">Reads single fields.</param>
    /// <param name="standalone">Whether there is no API server, so that a CA is not needed either.</param>
    public static KubeletConfig Read(DocumentMap root, FieldReader fields, out bool standalone)
    {
        standalone = false;
        if (root.Map("Kubelet") is not { } map)
        {
            fields.Problems.Error(root.Node, "Kubelet is required");
            return new KubeletConfig();
        }

        var server = ReadApiServer(map, fields);
        standalone = map.Lacks("ApiServer");
        var kubelet = new KubeletConfig
        {
            ApiServer = server,
            Auth = KubeletAuthReader.Read(map, fields, standalone),
            Labels = ReadLabels(map, fields.Problems),
            RegisterWithTaints = ReadTaints(map, fields.Problems),
            NodeIP = fields.Doubtful(map, "NodeIP", ValueSyntax.NodeAddress),
            Configuration = KubeletConfigurationReader.Read(map, fields.Problems),
        };
        map.Finish();
        return kubelet;
    }

    private static string? ReadApiServer(DocumentMap map, FieldReader fields)
    {
        if (map.Text("ApiServer") is not { } node)
            return null;
        var url = node.Scalar.Contains("://", StringComparison.Ordinal) ? node.Scalar : "https://" + node.Scalar;
        var problem = ValueSyntax.WebAddress(url, onlyHttps: true);
        if (problem is null && new Uri(url) is { } uri && (uri.Query.Length > 0 || uri.Fragment.Length > 0))
            problem = "must not have a query or fragment";
        if (problem is not null)
            fields.Problems.Doubt(node, problem);
        return url;
    }

    private static SortedDictionary<string, string> ReadLabels(DocumentMap map, DocumentProblems problems)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (map.Get("Labels") is not { } node)
            return labels;
        LabelsReader.Read(node, problems, labels, MaxLabels);
        return labels;
    }

    private static List<string> ReadTaints(DocumentMap map, DocumentProblems problems) =>
        LabelsReader.ReadTaints(map.Texts("RegisterWithTaints", MaxTaints), problems);
}
