using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>What a host must look like while nothing is in flight.</summary>
internal static class HostState
{
    // One line a finding, empty when all is well. $1 the active machine, $2 the other one, $3 whether the other one has content that is kept.
    private const string Script = """
        active=$1 other=$2 kept=$3
        say() { echo "$*"; }
        is() { [ "$2" = "$3" ] || say "$1: '$2', expected '$3'"; }
        is 'what the host boots' "$(ls /etc/systemd/system/machines.target.wants)" "systemd-nspawn@$active.service"
        is 'the marker' "$(find /run/unbounded/marker -type f)" "/run/unbounded/marker/$active/active"
        is 'machines' "$(machinectl list --no-legend | cut -d' ' -f1)" "$active"
        is 'the other machine' "$(systemctl show --value -p ActiveState "systemd-nspawn@$other.service")" inactive
        is 'control groups' "$(cd /sys/fs/cgroup/machine.slice && ls -d */ | grep -v '\.mount/$' | tr -d '\n')" "systemd-nspawn@$active.service/"
        is 'jobs' "$(systemctl list-jobs --no-legend --plain)" ''
        is 'mounts of the active root' "$(grep -c " /var/lib/machines/$active " /proc/self/mounts)" 1
        is 'other mounts on it' "$(grep " /var/lib/machines/$active/" /proc/self/mounts)" ''
        is 'requests' "$(ls /var/lib/unbounded/agent/requests 2>/dev/null)" ''
        is 'applied configs' "$(cd /etc/unbounded/agent; echo *-applied-config*)" "$active-applied-config.json $active-applied-config.json.sha256"
        is 'the sidecar' "$(cat "/etc/unbounded/agent/$active-applied-config.json.sha256")" "$(sha256sum <"/etc/unbounded/agent/$active-applied-config.json" | cut -d' ' -f1)"
        is 'the active mark' "$(ls "/var/lib/unbounded/machines/$active/slot.json")" "/var/lib/unbounded/machines/$active/slot.json"
        if [ "$kept" = yes ]; then
          is 'the kept mark' "$(ls "/var/lib/unbounded/machines/$other/slot.json")" "/var/lib/unbounded/machines/$other/slot.json"
        else
          is 'content that nobody knows of' "$(ls -A "/var/lib/unbounded/machines/$other" 2>/dev/null)" ''
          is 'mounts of a free slot' "$(grep " /var/lib/machines/$other" /proc/self/mounts)" ''
          is 'units of a free slot' "$(ls -d /etc/systemd/nspawn/$other.nspawn /etc/systemd/system/systemd-nspawn@$other.service.d /etc/systemd/system/var-lib-machines-$other.mount 2>/dev/null)" ''
        fi
        # The temporary name of a file is always the same and taken over by the next write: without the file there may be none.
        find /etc /var/lib/unbounded /var/lib/machines /run/unbounded -xdev -name '*.unbounded-tmp' ! -path '*/machines/trash/*' | while read -r t; do
          n=$(basename "$t" .unbounded-tmp)
          [ -e "$(dirname "$t")/${n#.}" ] || say "a temporary file: $t"
        done
        """;

    /// <summary>What is wrong; empty when nothing is.</summary>
    public static async Task<string> ProblemsAsync(SystemdHost host, AgentRecord record)
    {
        var active = record.Active!.Slot.Value;
        var other = active == "kube1" ? "kube2" : "kube1";
        return await host.RunAsync("/bin/sh", "-uc", Script, "sh", active, other, record.Previous is null ? "no" : "yes");
    }
}
