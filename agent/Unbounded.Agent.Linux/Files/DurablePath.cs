using System.Text;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Files;

/// <summary>What the durable operations share: checked paths, names of temporary files.</summary>
internal static class DurablePath
{
    /// <summary>Ends the name of every temporary file, so that leftovers of a crash are told from a user's files.</summary>
    internal const string TemporarySuffix = ".unbounded-tmp";

    private const int LongestName = 255;

    internal static (string Directory, string Name) Split(string path)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
            throw Invalid(path, "it is empty or holds a NUL");
        var full = Path.GetFullPath(path).TrimEnd('/');
        var slash = full.LastIndexOf('/');
        if (slash < 0 || slash == full.Length - 1)
            throw Invalid(path, "it names no file");
        return (slash == 0 ? "/" : full[..slash], full[(slash + 1)..]);
    }

    /// <summary>The temporary file beside a file. One fixed name a file, so that the next write meets the leftover of a crash.</summary>
    internal static string TemporaryFor(string directory, string name)
    {
        // Cut by bytes: the limit of a name is 255 of them. Two names so long and so alike share a temporary file,
        // which its lock makes slow but not wrong.
        var kept = name;
        while (Encoding.UTF8.GetByteCount(kept) + TemporarySuffix.Length + 1 > LongestName)
            kept = kept[..^1];
        return Path.Combine(directory, $".{kept}{TemporarySuffix}");
    }

    internal static bool IsTemporary(string name) =>
        name.StartsWith('.') && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    private static AgentException Invalid(string path, string why) => new(
        LinuxErrors.InvalidPath, $"The path '{path}' cannot be used", why, "Give an absolute path of a file.");
}
