using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Documents;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads the fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1) that a user sets; the kubelet itself checks them.</summary>
internal static class KubeletConfigurationReader
{
    public static JsonObject? Read(DocumentMap kubelet, DocumentProblems problems)
    {
        if (kubelet.Get("Configuration") is not { } node)
            return null;
        if (node.Kind != DocumentKind.Map)
        {
            problems.Error(node, "must be an object of KubeletConfiguration fields");
            return null;
        }

        Fixed(node, "apiVersion", "kubelet.config.k8s.io/v1beta1", problems);
        Fixed(node, "kind", "KubeletConfiguration", problems);
        return node.Members.Count == 0 ? null : (JsonObject?)Convert(node);
    }

    private static void Fixed(DocumentNode node, string name, string value, DocumentProblems problems)
    {
        foreach (var (key, member) in node.Members)
        {
            if (string.Equals(key, name, StringComparison.Ordinal) && !string.Equals(member.Scalar, value, StringComparison.Ordinal))
                problems.Doubt(member, $"can only be {value}");
        }
    }

    private static JsonNode? Convert(DocumentNode node)
    {
        switch (node.Kind)
        {
            case DocumentKind.Map:
                var map = new JsonObject();
                foreach (var (key, value) in node.Members)
                    map[key] = Convert(value);
                return map;
            case DocumentKind.List:
                return new JsonArray([.. node.Items.Select(Convert)]);
            case DocumentKind.Text:
                return JsonValue.Create(node.Scalar);
            case DocumentKind.Null:
                return null;
            default:
                return JsonNode.Parse(node.Scalar);
        }
    }
}
