using System.Text;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Layout;

/// <summary>What the running system says it is, os-release(5). Read each time: it is another one after an update.</summary>
/// <param name="path">The file.</param>
internal sealed class OsRelease(string path)
{
    private const int LimitBytes = 64 * 1024;

    /// <summary>Version of the system's image, null when it does not say.</summary>
    public string? ImageVersion => Value("IMAGE_VERSION");

    /// <summary>The best that the system says of its version; <c>0</c> when it says nothing, which everything is newer than.</summary>
    public string Version => ImageVersion ?? Value("VERSION_ID") ?? "0";

    private string? Value(string name)
    {
        var line = Encoding.UTF8.GetString(BoundedFile.TryRead(path, LimitBytes) ?? [])
            .Split('\n')
            .LastOrDefault(l => l.StartsWith(name + "=", StringComparison.Ordinal));
        var value = line?[(name.Length + 1)..].Trim().Trim('"', '\'');
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
