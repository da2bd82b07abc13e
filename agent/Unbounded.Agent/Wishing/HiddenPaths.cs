namespace Unbounded.Agent.Wishing;

/// <summary>Places that the daemon's sandbox hides from it (unbounded-agent-daemon.service): an image there could never be found.</summary>
internal static class HiddenPaths
{
    private static readonly string[] Hidden = ["/root", "/home", "/run/user", "/tmp", "/var/tmp"];

    /// <summary>A warning about an image reference that leads to such a place; null when it does not.</summary>
    public static string? Warning(string? image)
    {
        const string Separator = "://";
        var at = image?.IndexOf(Separator, StringComparison.Ordinal) ?? -1;
        if (at < 0)
            return null;
        var path = image![(at + Separator.Length)..];
        var directory = Hidden.FirstOrDefault(h => path == h || path.StartsWith(h + "/", StringComparison.Ordinal));
        return directory is null ? null : $"the image {path} lies in {directory}, which the daemon's sandbox hides from it: move it, to /var/lib or /srv say";
    }
}
