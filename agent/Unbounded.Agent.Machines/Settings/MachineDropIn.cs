using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Settings;

/// <summary>Writes the drop-in of <c>systemd-nspawn@SLOT.service</c>. <c>ExecStart=</c> stays the template's.</summary>
public static class MachineDropIn
{
    /// <summary>Renders the drop-in.</summary>
    /// <param name="slot">The machine.</param>
    /// <param name="devices">Device nodes that the machine may use; those missing at a start are skipped by systemd.</param>
    /// <param name="bootTimeout">How long the machine may take to boot.</param>
    /// <param name="agentBinary">Absolute path of the agent.</param>
    public static string Render(SlotName slot, IEnumerable<string> devices, TimeSpan bootTimeout, string agentBinary)
    {
        var seconds = Math.Ceiling(bootTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        text.Append("# Written by unbounded-agent; edits are lost.\n");
        text.Append("[Unit]\n");
        text.Append("StartLimitIntervalSec=0\n");
        text.Append("\n[Service]\n");
        // "-": the machine the host boots must come up even where the agent was removed or can't run.
        text.Append("ExecStartPre=-").Append(agentBinary).Append(" machine-prestart ").Append(slot).Append('\n');
        text.Append("Restart=on-failure\n");
        text.Append("RestartSec=10s\n");
        text.Append("TimeoutStartSec=").Append(seconds).Append("s\n");
        text.Append("TimeoutStopSec=30s\n");
        text.Append("Environment=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1\n");
        text.Append("Environment=SYSTEMD_NSPAWN_API_VFS_WRITABLE=network\n");
        foreach (var device in devices)
        {
            text.Append("DeviceAllow=").Append(device).Append(" rwm\n");
        }

        return text.ToString();
    }
}
