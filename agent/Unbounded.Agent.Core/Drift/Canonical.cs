using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Drift;

/// <summary>One text for things that mean the same: the order of devices, mounts and taints carries no meaning.</summary>
internal static class Canonical
{
    public static string Texts(IEnumerable<string> texts) => string.Join(' ', texts.Order(StringComparer.Ordinal));

    public static string Labels(IReadOnlyDictionary<string, string> labels) => Texts(labels.Select(l => $"{l.Key}={l.Value}"));

    public static string Mounts(IEnumerable<HostMount> mounts) =>
        Texts(mounts.Select(m => $"{m.Source}:{m.Target}{(m.ReadOnly ? ":ro" : "")}"));
}
