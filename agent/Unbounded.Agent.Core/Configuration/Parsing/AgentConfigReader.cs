using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Maps a document onto the configuration and checks it. With problems the result is incomplete and must not be used.</summary>
internal static class AgentConfigReader
{
    private const int MaxVersionedItems = 256;

    /// <param name="root">The document.</param>
    /// <param name="problems">Receives every problem.</param>
    /// <param name="asked">Receives the path of every field that the format has.</param>
    public static AgentConfig Read(DocumentNode root, DocumentProblems problems, ICollection<string>? asked = null)
    {
        var map = new DocumentMap(root, problems, asked);
        var fields = new FieldReader(problems);
        var kubelet = KubeletReader.Read(map, fields, out var standalone);
        var config = new AgentConfig
        {
            MachineName = fields.Required(map, "MachineName", NameSyntax.Subdomain),
            NodeName = fields.Optional(map, "NodeName", NameSyntax.Subdomain),
            Cluster = ReadCluster(map, fields, standalone),
            Kubelet = kubelet,
            CRI = ReadCri(map, fields),
            CNI = ReadCni(map, fields),
            OCIImage = fields.Doubtful(map, "OCIImage", ValueSyntax.Image),
            Downloads = DownloadsReader.Read(map, fields),
            AdditionalHostDevices = HostReader.Devices(map, fields, MaxVersionedItems),
            AdditionalHostMounts = HostReader.Mounts(map, fields, MaxVersionedItems),
            OfflineArtifacts = ReadOffline(map, fields),
        };
        map.Finish();
        return config;
    }

    private static ClusterConfig ReadCluster(DocumentMap root, FieldReader fields, bool standalone)
    {
        if (root.Map("Cluster") is not { } map)
        {
            fields.Problems.Error(root.Node, "Cluster is required");
            return new ClusterConfig { Version = "" };
        }

        var ca = fields.Doubtful(map, "CaCertBase64", CertificateSyntax.Ca);
        if (!standalone && map.Lacks("CaCertBase64"))
            fields.Problems.Doubt(map.Node, "CaCertBase64 is required with Kubelet.ApiServer");
        var cluster = new ClusterConfig
        {
            CaCertBase64 = ca,
            ClusterDNS = fields.Doubtful(map, "ClusterDNS", ValueSyntax.Address),
            Version = ValueSyntax.WithoutV(fields.Required(map, "Version", ValueSyntax.Version)),
        };
        map.Finish();
        return cluster;
    }

    private static CriConfig? ReadCri(DocumentMap root, FieldReader fields)
    {
        if (root.Map("CRI") is not { } map)
            return null;
        var cri = new CriConfig(ReadVersion(map, "Containerd", fields), ReadVersion(map, "Runc", fields));
        map.Finish();
        return cri.Containerd is null && cri.Runc is null ? null : cri;
    }

    private static VersionConfig? ReadVersion(DocumentMap parent, string name, FieldReader fields)
    {
        if (parent.Map(name) is not { } map)
            return null;
        var version = fields.Optional(map, "Version", ValueSyntax.Version);
        map.Finish();
        return version is null ? null : new VersionConfig(ValueSyntax.WithoutV(version));
    }

    private static CniConfig? ReadCni(DocumentMap root, FieldReader fields)
    {
        if (root.Map("CNI") is not { } map)
            return null;
        var version = fields.Optional(map, "PluginVersion", ValueSyntax.Version);
        map.Finish();
        return version is null ? null : new CniConfig(ValueSyntax.WithoutV(version));
    }

    private static OfflineArtifactsConfig? ReadOffline(DocumentMap root, FieldReader fields)
    {
        if (root.Map("OfflineArtifacts") is not { } map)
            return null;
        var source = fields.Doubtful(map, "Source", PathSyntax.Absolute);
        map.Finish();
        return source is null ? null : new OfflineArtifactsConfig(source);
    }
}
