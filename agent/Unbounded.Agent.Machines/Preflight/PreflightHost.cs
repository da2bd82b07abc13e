using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>What the checks look at.</summary>
/// <param name="Services">The host.</param>
/// <param name="Systemd">Its systemd.</param>
/// <param name="Machined">Its machined.</param>
/// <param name="Ports">Who listens.</param>
/// <param name="Libraries">Native libraries.</param>
/// <param name="Time">Clock.</param>
/// <param name="Root">What stands before every path: <c>/</c> for the host itself.</param>
public sealed record PreflightHost(
    HostServices Services,
    ISystemd Systemd,
    IMachined Machined,
    IListeners Ports,
    ILibraries Libraries,
    TimeProvider Time,
    string Root = "/")
{
    /// <summary>A path below the root.</summary>
    internal string Real(string path) => Path.Join(Root, path);
}
