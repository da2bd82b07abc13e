using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Syntax;

/// <summary>
/// Syntax of paths and devices that end up in <c>.nspawn</c> files, mount units and drop-ins: whatever those formats treat specially (a newline, a
/// colon, quotes, a backslash, a specifier) is refused. A check returns what is wrong, null when nothing is.
/// </summary>
public static class PathSyntax
{
    private const string Special = ":\\\"'%$";

    /// <summary>An absolute path in its shortest form.</summary>
    public static string? Absolute(string path)
    {
        if (!path.StartsWith('/'))
            return $"'{Redaction.Shown(path)}' is not an absolute path";
        if (path.Length > 4095)
            return "is longer than 4095 characters";
        if (path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || Special.Contains(c, StringComparison.Ordinal)))
            return $"'{Redaction.Shown(path)}' has a blank, a control character or one of {Special}, which unit files would misread";
        if (path.Length == 1)
            return null;
        var segments = path[1..].Split('/');
        if (segments.Any(s => s is "" or "." or ".."))
            return $"'{Redaction.Shown(path)}' is not a clean path: no '.', '..', '//' or '/' at the end";
        return segments.Any(s => s.Length > 255) ? $"'{Redaction.Shown(path)}' has a name of more than 255 characters" : null;
    }

    /// <summary>A device node: a clean path below <c>/dev</c>.</summary>
    public static string? Device(string path) =>
        Absolute(path) ?? (path.StartsWith("/dev/", StringComparison.Ordinal) ? null : $"'{Redaction.Shown(path)}' is not below /dev");

    /// <summary>Where something of the host may appear in a machine: nowhere that hides what makes the machine work.</summary>
    public static string? MountTarget(string path)
    {
        if (Absolute(path) is { } problem)
            return problem;
        if (IsAtOrBelow(path, "/run/unbounded"))
            return $"'{Redaction.Shown(path)}' is the agent's own: /run/unbounded says whether node software may run";
        var hidden = Array.Find(Needed, needed => IsAtOrBelow(needed, path));
        return hidden is null ? null : $"'{Redaction.Shown(path)}' would hide {hidden}, which the machine needs";
    }

    /// <summary>Whether a path is another one or below it. Both clean.</summary>
    public static bool IsAtOrBelow(string path, string directory) =>
        directory.Length == 1
        || string.Equals(path, directory, StringComparison.Ordinal)
        || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private static readonly string[] Needed =
    [
        "/run/unbounded", "/var/lib/containerd", "/var/lib/kubelet/pki", "/var/lib/kubelet/pods",
        "/etc/systemd", "/etc/kubernetes", "/etc/containerd", "/usr/bin", "/usr/lib/systemd", "/proc", "/sys", "/dev",
    ];
}
