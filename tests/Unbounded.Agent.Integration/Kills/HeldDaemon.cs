using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>Decides from outside, also while the host is down, whether it will start the daemon at boot: a condition in a drop-in asks for a file.</summary>
internal sealed class HeldDaemon(SystemdHost host)
{
    private const string Name = "daemon-held";
    private const string Unit = "unbounded-agent-daemon.service";

    private string Flag => Path.Combine(host.Directory.Share, Name);

    // Its sandbox has a /proc of its own, in which the boot ID is the kernel's again and not that of this boot of the host.
    public Task InstallAsync() => host.ShellAsync(
        $"""
        mkdir -p /etc/systemd/system/{Unit}.d
        cat >/etc/systemd/system/{Unit}.d/60-held.conf <<'E'
        [Unit]
        ConditionPathExists=!{SystemdHost.ShareMount}/{Name}
        [Service]
        BindReadOnlyPaths={SystemdHost.BootIdFile}:/proc/sys/kernel/random/boot_id
        E
        systemctl daemon-reload
        systemctl restart {Unit}
        sync
        """);

    public void Hold() => File.WriteAllText(Flag, "");

    /// <summary>Starts it; ends when it is ready.</summary>
    public async Task ReleaseAsync()
    {
        File.Delete(Flag);
        await host.RunAsync("systemctl", "start", Unit);
    }

    /// <summary>Kills it at once, and does not wait. Where it is just being started there is nothing to kill.</summary>
    /// <returns>Whether there was a process to kill.</returns>
    public bool Kill()
    {
        var group = host.PathOf($"/sys/fs/cgroup/system.slice/{Unit}/cgroup.procs");
        var processes = File.Exists(group) ? File.ReadAllLines(group) : [];
        foreach (var id in processes)
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
            process.Kill();
        }

        return processes.Length > 0;
    }
}
