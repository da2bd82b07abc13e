using System.Text;

namespace Unbounded.Agent.Machines.Settings;

/// <summary>Writes a machine's <c>.nspawn</c> file (systemd.nspawn(5)).</summary>
public static class NspawnSettings
{
    /// <summary>Renders the file.</summary>
    /// <param name="binds">What the machine sees of the host; those to be left out are already left out.</param>
    public static string Render(IEnumerable<HostBind> binds)
    {
        var text = new StringBuilder();
        text.Append("# Written by unbounded-agent before each start of the machine; edits are lost.\n");
        text.Append("[Exec]\n");
        text.Append("Boot=yes\n");
        // The start job ends when the machine has booted, not when its PID 1 was started.
        text.Append("NotifyReady=yes\n");
        text.Append("Capability=all\n");
        text.Append("PrivateUsers=no\n");
        text.Append("SystemCallFilter=@keyring bpf perf_event_open\n");
        text.Append("LinkJournal=no\n");
        text.Append("ResolvConf=off\n");
        text.Append("Timezone=off\n");
        text.Append("\n[Network]\n");
        text.Append("Private=no\n");
        text.Append("VirtualEthernet=no\n");
        text.Append("\n[Files]\n");
        foreach (var bind in binds)
        {
            text.Append(bind.ReadOnly ? "BindReadOnly=" : "Bind=").Append(Escape(bind.Source));
            if (!string.Equals(bind.Source, bind.Target, StringComparison.Ordinal))
            {
                text.Append(':').Append(Escape(bind.Target));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    // A colon separates source, target and options, a percent sign starts a specifier in unit files but not here.
    private static string Escape(string path) => path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
