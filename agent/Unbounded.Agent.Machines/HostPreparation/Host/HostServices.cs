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
    IMachineRemoval Machines);
