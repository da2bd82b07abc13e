using System.Globalization;
using Unbounded.Agent.Linux.Sockets;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>Listeners from <c>/proc</c>.</summary>
public sealed class Listeners : IListeners
{
    /// <inheritdoc/>
    public Task<Listener?> FindAsync(int port, CancellationToken cancellationToken) => Task.Run(() => Find(port), cancellationToken);

    private static Listener? Find(int port)
    {
        var inodes = TcpListeners.Inodes(Environment.ProcessId, port);
        if (inodes.Count == 0)
            return null;
        var pids = Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(p => p > 0);
        return TcpListeners.Holder(pids, inodes) is { } holder
            ? new Listener(holder, Read(holder, "comm"), Read(holder, "cgroup"))
            : new Listener(0, "an unknown process", "");
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
