using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Parent directories of a path.</summary>
internal static class Parents
{
    /// <summary>Those that are missing, outermost first.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(IHostFiles files, string path, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        for (var directory = Path.GetDirectoryName(path); directory is not (null or "/"); directory = Path.GetDirectoryName(directory))
        {
            if (await files.StatAsync(directory, cancellationToken) is not null)
                break;
            missing.Insert(0, directory);
        }

        return missing;
    }
}
