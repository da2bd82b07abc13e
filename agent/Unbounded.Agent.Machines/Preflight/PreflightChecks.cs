using Unbounded.Agent.Machines.Preflight.Checks;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>The checks of a machines host.</summary>
public static class PreflightChecks
{
    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<IPreflightCheck> Create(PreflightHost host) =>
    [
        new PrivilegesCheck(host),
        new LockCheck(host),
        new DeploymentCheck(host),
        new ConfigCheck(),
        new SystemdCheck(host),
        new MachinedCheck(host),
        new PackagesCheck(host),
        new LibrariesCheck(host),
        new DiskCheck(host),
        new OverlayCheck(host),
        new CgroupsCheck(host),
        new ModulesCheck(host),
        new SysctlsCheck(host),
        new SwapCheck(host),
        new DockerCheck(host),
        new PortsCheck(host),
        new ClockCheck(host),
        new MountsCheck(host),
        new ImageCheck(host),
        new ApiServerCheck(host.Time),
    ];
}
