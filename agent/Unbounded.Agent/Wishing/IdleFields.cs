using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Wishing;

/// <summary>Fields of both formats that are read and checked, but that this version does nothing with: whoever sets one must not believe that it works.</summary>
internal static class IdleFields
{
    private const string FromImage = "has no effect in this version: node software comes with the node image alone";
    private const string NoSelfUpdate = "has no effect in this version, which does not replace itself";

    /// <summary>Those that a configuration sets.</summary>
    public static IEnumerable<ErrorDetail> Of(AgentConfig config) => Set(
        ("$.CRI.Containerd.Version", config.CRI?.Containerd?.Version is not null, VersionOnly("containerd")),
        ("$.CRI.Runc.Version", config.CRI?.Runc?.Version is not null, VersionOnly("runc")),
        ("$.CNI.PluginVersion", config.CNI?.PluginVersion is not null, VersionOnly("the CNI plugins")),
        ("$.Downloads", config.Downloads is not null, FromImage),
        ("$.OfflineArtifacts", config.OfflineArtifacts is not null, FromImage));

    /// <summary>Those that a Machine sets.</summary>
    public static IEnumerable<ErrorDetail> Of(MachineSpec spec) => Set(
        ("$.spec.agent.version", spec.Agent?.Version is not null, NoSelfUpdate),
        ("$.spec.agent.baseURL", spec.Agent?.BaseURL is not null, NoSelfUpdate),
        ("$.spec.agent.url", spec.Agent?.Url is not null, NoSelfUpdate),
        ("$.spec.agent.downloads", spec.Agent?.Downloads is not null, FromImage));

    private static string VersionOnly(string software) =>
        $"a change of it costs a swap, but nothing is installed by it: {software} of the node image is what runs";

    private static IEnumerable<ErrorDetail> Set(params IEnumerable<(string Path, bool IsSet, string Message)> fields) =>
        fields.Where(f => f.IsSet).Select(f => new ErrorDetail(f.Path, f.Message));
}
