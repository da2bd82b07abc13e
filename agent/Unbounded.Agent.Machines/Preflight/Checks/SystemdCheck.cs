using System.Globalization;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>systemd runs the host and is new enough for the settings that machines are given.</summary>
internal sealed class SystemdCheck(PreflightHost host) : IPreflightCheck
{
    private const int Minimum = 249;

    public string Name => "systemd";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(host.Real("/run/systemd/system")))
            return PreflightFinding.Error("systemd does not run this host", "Use a host whose first process is systemd");
        var text = await host.Systemd.GetVersionAsync(cancellationToken);
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (!int.TryParse(digits < 0 ? text : text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return PreflightFinding.Warning($"systemd calls its version '{text}'", $"See that it is {Minimum} or newer");
        return version >= Minimum
            ? PreflightFinding.Ok($"systemd {text}")
            : PreflightFinding.Error($"systemd {text} is too old", $"Use a system with systemd {Minimum} or newer (Debian 12, Ubuntu 22.04, RHEL 9)");
    }
}
