namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Reads the lines of sysctl.d(5) and modules-load.d(5) files.</summary>
internal static class ConfigLines
{
    /// <summary>Lines that are not empty and no comment.</summary>
    public static IReadOnlyList<string> Words(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => l[0] is not ('#' or ';'))];

    /// <summary>Parameters with their values, names as paths below <c>/proc/sys</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Sysctls(string text) =>
        [.. Words(text).Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2).Select(p => new KeyValuePair<string, string>(p[0].TrimStart('-').Replace('.', '/'), p[1]))];
}
