using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Syntax;

/// <summary>Syntax of names, labels and taints as Kubernetes writes them. A check returns what is wrong, null when nothing is.</summary>
public static class NameSyntax
{
    /// <summary>RFC 1123 subdomain, the form of a Node's or Machine's name: at most 253 lowercase characters.</summary>
    public static string? Subdomain(string name) => name switch
    {
        { Length: > 253 } => "is longer than 253 characters",
        _ when IsSubdomain(name) => null,
        _ => $"'{Redaction.Shown(name)}' is not an RFC 1123 name: lowercase letters, digits, '-' and '.', beginning and ending with a letter or digit",
    };

    /// <summary>A label's key: an optional subdomain and <c>/</c>, then at most 63 characters.</summary>
    public static string? LabelKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (slash >= 0 && Subdomain(key[..slash]) is not null)
            return $"'{Redaction.Shown(key)}' is not a label key: the part before '/' must be an RFC 1123 name";
        return name.Length is > 0 and <= 63 && IsQualified(name)
            ? null
            : $"'{Redaction.Shown(key)}' is not a label key: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";
    }

    /// <summary>A label's value: empty, or at most 63 characters.</summary>
    public static string? LabelValue(string value) => value.Length == 0 || (value.Length <= 63 && IsQualified(value))
        ? null
        : $"'{Redaction.Shown(value)}' is not a label value: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";

    /// <summary>Whether a kubelet refuses to register with a label of this key (its <c>--node-labels</c> allows few in kubernetes.io and k8s.io).</summary>
    public static bool IsRefusedByKubelet(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return false;
        var domain = key[..slash];
        if (!IsBelow(domain, "kubernetes.io") && !IsBelow(domain, "k8s.io"))
            return false;
        return !IsBelow(domain, "kubelet.kubernetes.io") && !IsBelow(domain, "node.kubernetes.io") && !WellKnown.Contains(key);
    }

    /// <summary>A taint, <c>key=value:Effect</c>, <c>key:Effect</c> where it has no value.</summary>
    public static string? Taint(string taint)
    {
        const string form = "is not a taint: key=value:Effect with the effect NoSchedule, PreferNoSchedule or NoExecute";
        var colon = taint.LastIndexOf(':');
        if (colon <= 0 || taint[(colon + 1)..] is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            return $"'{Redaction.Shown(taint)}' {form}";
        var pair = taint[..colon];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return LabelKey(equals < 0 ? pair : pair[..equals]) ?? (equals < 0 ? null : LabelValue(pair[(equals + 1)..]));
    }

    /// <summary>What tells two taints apart: key and effect. The taint must be valid.</summary>
    public static string TaintIdentity(string taint)
    {
        var colon = taint.LastIndexOf(':');
        var equals = taint.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? taint : taint[..equals] + taint[colon..];
    }

    private static readonly HashSet<string> WellKnown = new(StringComparer.Ordinal)
    {
        "kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "kubernetes.io/instance-type",
        "beta.kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/instance-type",
        "topology.kubernetes.io/region", "topology.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
    };

    private static bool IsBelow(string domain, string suffix) =>
        string.Equals(domain, suffix, StringComparison.Ordinal) || domain.EndsWith("." + suffix, StringComparison.Ordinal);

    private static bool IsSubdomain(string name) => name.Split('.').All(label =>
        label.Length > 0
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && label[0] != '-'
        && label[^1] != '-');

    private static bool IsQualified(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);
}
