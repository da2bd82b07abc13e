using System.Text;
using Unbounded.Agent.Machines.HostPreparation;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Kernel parameters that the kubelet checks are right, or can be set.</summary>
internal sealed class SysctlsCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "sysctls";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var differ = new List<string>();
        var locked = new List<string>();
        foreach (var (name, value) in ConfigLines.Sysctls(Encoding.UTF8.GetString(HostAssets.Read("sysctl.d/99-unbounded-agent.conf"))))
        {
            if (await host.Services.Sysctls.ReadAsync(name, cancellationToken) is not { } now || string.Equals(now, value, StringComparison.Ordinal))
                continue;
            differ.Add(name);
            if (!CanWrite(host.Real($"/proc/sys/{name}")))
                locked.Add($"{name.Replace('/', '.')} is {now}, not {value}");
        }

        if (locked.Count > 0)
            return PreflightFinding.Warning($"{string.Join(", ", locked)}, and can't be set from here", "Set them on the machine that owns the kernel");
        return PreflightFinding.Ok(differ.Count == 0 ? "all are as the kubelet wants them" : $"{differ.Count} are other than the kubelet wants them: install sets them");
    }

    /// <summary>Opens it for writing and writes nothing.</summary>
    private static bool CanWrite(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
