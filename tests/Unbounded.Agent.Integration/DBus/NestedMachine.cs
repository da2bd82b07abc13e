using System.Globalization;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.TestHost.Hosts;
using Unbounded.Agent.TestHost.Images;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>A booted nspawn machine on a test host, and the systemd inside it, found by its leader.</summary>
internal sealed class NestedMachine : ISystemdBackend
{
    private readonly SystemdHost _host;

    private NestedMachine(SystemdHost host, string name, int leader)
    {
        _host = host;
        Name = name;
        Leader = leader;
        Systemd = HostBackend.Connector(host).InMachine(leader);
    }

    public string Name { get; }

    public string Unit => $"systemd-nspawn@{Name}.service";

    /// <summary>Its first process, as this process sees it.</summary>
    public int Leader { get; }

    public ISystemd Systemd { get; }

    /// <summary>Boots a machine over the node image, which stays as it is.</summary>
    public static async Task<NestedMachine> StartAsync(SystemdHost host, string name)
    {
        await host.ShellAsync(
            $"""
             mkdir -p /etc/systemd/nspawn /var/lib/machines/{name} /run/over-{name}/upper/etc /run/over-{name}/work
             cat >/etc/systemd/nspawn/{name}.nspawn <<'END'
             [Exec]
             NotifyReady=yes
             PrivateUsers=no
             [Network]
             VirtualEthernet=no
             END
             echo {Guid.NewGuid():N} >/run/over-{name}/upper/etc/machine-id
             for unit in containerd kubelet systemd-sysctl; do
               mkdir -p /run/over-{name}/upper/etc/systemd/system; ln -s /dev/null /run/over-{name}/upper/etc/systemd/system/$unit.service
             done
             mount -t overlay none -o lowerdir={SystemdHost.ImagesMount}/{NodeImages.Unpacked},upperdir=/run/over-{name}/upper,workdir=/run/over-{name}/work /var/lib/machines/{name}
             """);
        await using var systemd = HostBackend.Connector(host).Host();
        (await systemd.StartAsync($"systemd-nspawn@{name}.service")).ThrowIfFailed();
        await using var machined = HostBackend.Connector(host).Machined();
        var inside = (await machined.FindAsync(name))?.Leader
            ?? throw new InvalidOperationException($"machined does not know {name}.");
        return new NestedMachine(host, name, FindOutside(host.Container.Id, inside));
    }

    public Task DefineAsync(string unit, UnitScript script) => File.WriteAllTextAsync($"/proc/{Leader}/root/etc/systemd/system/{unit}", UnitFiles.Of(script))
        .ContinueWith(_ => Systemd.ReloadAsync(), TaskScheduler.Default).Unwrap();

    public Task ReleaseAsync(string unit)
    {
        Directory.CreateDirectory($"/proc/{Leader}/root/run/contract");
        return File.WriteAllTextAsync($"/proc/{Leader}/root/run/contract/{unit}", "");
    }

    /// <summary>Re-executes the systemd inside.</summary>
    public Task ReexecuteAsync() => _host.RunAsync("systemctl", "--machine", Name, "daemon-reexec");

    public async ValueTask DisposeAsync()
    {
        await Systemd.DisposeAsync();
        await _host.ShellAsync(
            $"""
             systemctl stop {Unit}
             systemctl reset-failed
             umount /var/lib/machines/{Name}
             rm -rf /run/over-{Name} /etc/systemd/nspawn/{Name}.nspawn /var/lib/machines/{Name}
             """);
    }

    /// <summary>A process of the host, by the ID it has there, under the ID it has here.</summary>
    private static int FindOutside(string container, int inside)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                var ids = File.ReadLines($"{process}/status").First(l => l.StartsWith("NSpid:", StringComparison.Ordinal))
                    .Split('\t', StringSplitOptions.RemoveEmptyEntries)[1..];
                if (ids.Length == 3 && ids[1] == inside.ToString(CultureInfo.InvariantCulture) && ids[2] == "1"
                    && File.ReadAllText($"{process}/cgroup").Contains(container, StringComparison.Ordinal))
                    return int.Parse(ids[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // it has ended since it was listed
            }
        }

        throw new InvalidOperationException($"Process {inside} of container {container} is not seen from here.");
    }
}
