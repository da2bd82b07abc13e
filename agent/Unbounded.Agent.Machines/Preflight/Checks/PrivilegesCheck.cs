using System.Globalization;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Root, with the capabilities that booting machines needs.</summary>
internal sealed class PrivilegesCheck(PreflightHost host) : IPreflightCheck
{
    // linux/capability.h; what nspawn gives to a machine must be in the bounding set of who starts it: systemd. These the agent itself uses.
    private static readonly (int Bit, string Name)[] Needed =
    [
        (0, "CAP_CHOWN"), (1, "CAP_DAC_OVERRIDE"), (5, "CAP_KILL"), (12, "CAP_NET_ADMIN"), (19, "CAP_SYS_PTRACE"), (21, "CAP_SYS_ADMIN"), (27, "CAP_MKNOD"),
    ];

    public string Name => "privileges";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var status = await File.ReadAllLinesAsync(host.Real("/proc/self/status"), cancellationToken);
        var uid = Field(status, "Uid:").Split('\t', ' ')[0];
        if (uid != "0")
            return PreflightFinding.Error($"the user ID is {uid}, not 0", "Run it as root (sudo)");
        var effective = ulong.Parse(Field(status, "CapEff:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var missing = Needed.Where(n => (effective & (1UL << n.Bit)) == 0).Select(n => n.Name).ToList();
        return missing.Count == 0
            ? PreflightFinding.Ok("root with all capabilities that are needed")
            : PreflightFinding.Error($"root lacks {string.Join(", ", missing)}", "Run it on the host itself, not in a container or under a restricted service");
    }

    private static string Field(IEnumerable<string> status, string name) =>
        status.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
}
