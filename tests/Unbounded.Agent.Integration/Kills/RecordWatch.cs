using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>Reads the agent's record on a running host whenever it is saved.</summary>
internal sealed class RecordWatch : IDisposable
{
    public const string Directory = "/var/lib/unbounded/agent";
    private const string Name = "record.json";

    private readonly string _path;
    private readonly FileSystemWatcher _watcher;

    /// <param name="host">The host, which has to be up; after its next boot another watch is needed.</param>
    /// <param name="saved">Called when the record was saved.</param>
    public RecordWatch(SystemdHost host, Action saved)
    {
        _path = host.PathOf($"{Directory}/{Name}");
        _watcher = new FileSystemWatcher(host.PathOf(Directory), Name);
        _watcher.Renamed += (_, _) => saved();
        _watcher.Created += (_, _) => saved();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>The record as it is now. A save replaces it whole, so that it is readable at any time.</summary>
    public AgentRecord Read() => RecordSerializer.Deserialize(File.ReadAllBytes(_path), _path);

    public void Dispose() => _watcher.Dispose();
}
