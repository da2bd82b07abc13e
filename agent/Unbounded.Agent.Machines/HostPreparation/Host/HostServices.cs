using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Linux.Network.Routing;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation.Network;
using Unbounded.Agent.Machines.HostPreparation.Packages;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Everything of the host that changes are made through.</summary>
/// <param name="Files">Files.</param>
/// <param name="Units">systemd.</param>
/// <param name="Sysctls">Kernel parameters.</param>
/// <param name="Swaps">Swap.</param>
/// <param name="Modules">Kernel modules.</param>
/// <param name="Packages">Package manager.</param>
/// <param name="Network">Links, rules, routes, firewall.</param>
/// <param name="Machines">The machines' own things.</param>
public sealed record HostServices(
    IHostFiles Files,
    IHostUnits Units,
    ISysctls Sysctls,
    ISwaps Swaps,
    IKernelModules Modules,
    IPackages Packages,
    IHostNetwork Network,
    IMachineRemoval Machines)
{
    /// <summary>The real host.</summary>
    /// <param name="systemd">Its systemd.</param>
    /// <param name="processes">Runs the package manager.</param>
    /// <param name="machines">The machines' own things.</param>
    /// <param name="root">What stands before every path: <c>/</c> for the host itself. Network, swap and modules are always the running kernel's.</param>
    public static HostServices Real(ISystemd systemd, IProcessRunner processes, IMachineRemoval machines, string root = "/") => new(
        new HostFiles(root),
        new HostUnits(systemd, root),
        new Sysctls(root),
        new Swaps(root),
        new KernelModules(root),
        HostPackages.Detect(processes, root),
        new HostNetwork(new RouteNetlink(), new NfTables()),
        machines);
}
