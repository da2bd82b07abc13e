namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>Reads <c>/var/lib/dpkg/status</c> (dpkg(1)): paragraphs with <c>Package:</c> and <c>Status: want ok state</c>.</summary>
internal static class DpkgStatus
{
    public static HashSet<string> Installed(IEnumerable<string> lines)
    {
        var installed = new HashSet<string>(StringComparer.Ordinal);
        string? package = null;
        foreach (var line in lines)
        {
            if (line.StartsWith("Package: ", StringComparison.Ordinal))
                package = line[9..].Trim();
            // Everything but these two is at least partly on the disk.
            else if (line.StartsWith("Status: ", StringComparison.Ordinal) && package is not null
                && !line.EndsWith(" config-files", StringComparison.Ordinal) && !line.EndsWith(" not-installed", StringComparison.Ordinal))
                installed.Add(package);
            else if (line.Length == 0)
                package = null;
        }

        return installed;
    }
}
