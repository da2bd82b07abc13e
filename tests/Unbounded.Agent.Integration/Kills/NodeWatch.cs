using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>
/// Looks at the control groups of both machines' kubelet and containerd, from outside of the host and about a hundred times a second, also while the host is
/// down. That two run at once is no event that anything signals: it has to be looked for.
/// </summary>
internal sealed class NodeWatch : IDisposable
{
    private const int PauseMilliseconds = 8;
    private static readonly string[] Machines = ["kube1", "kube2"];

    private readonly SystemdHost _host;
    private readonly Action _changed;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly HashSet<string> _violations = [];

    /// <param name="host">The host.</param>
    /// <param name="changed">Called when something else runs than before.</param>
    public NodeWatch(SystemdHost host, Action changed)
    {
        _host = host;
        _changed = changed;
        _thread = new Thread(Watch) { IsBackground = true, Name = "node watch" };
        _thread.Start();
    }

    /// <summary>What runs.</summary>
    public Sighting Latest { get; private set; }

    /// <summary>What must never be, and was.</summary>
    public IReadOnlyCollection<string> Violations
    {
        get
        {
            lock (_violations)
                return [.. _violations];
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(PauseMilliseconds))
        {
            var now = new Sighting(Look("kubelet"), Look("containerd"));
            if (now == Latest)
                continue;
            Latest = now;
            _changed();
        }
    }

    // One after the other, and the first once more: two at one instant only if the first was there before and after the second was seen.
    private string? Look(string unit)
    {
        var first = Processes(Machines[0], unit);
        var second = Processes(Machines[1], unit);
        if (first.Length > 0 && second.Length > 0 && Processes(Machines[0], unit) == first)
        {
            lock (_violations)
                _violations.Add($"{unit} ran in both machines at one instant");
        }

        return second.Length > 0 ? Machines[1] : first.Length > 0 ? Machines[0] : null;
    }

    private string Processes(string machine, string unit)
    {
        var file = _host.PathOf($"/sys/fs/cgroup/machine.slice/systemd-nspawn@{machine}.service/payload/system.slice/{unit}.service/cgroup.procs");
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (IOException)
        {
            // The group went between the two calls.
            return "";
        }
    }
}
