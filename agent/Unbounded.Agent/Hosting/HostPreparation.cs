using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Preflight;

namespace Unbounded.Agent.Hosting;

/// <summary>Host preparation and its preflight, put together for this host.</summary>
internal static class HostPreparation
{
    /// <summary>Makes the changes, and undoes them.</summary>
    public static HostPreparer Create(AgentServices services) =>
        new(Host(services), services.Store, services.Time, services.Logger<HostPreparer>());

    /// <summary>Looks whether this host can carry a node.</summary>
    public static PreflightRunner Preflight(AgentServices services, IMachined machined) => new(
        [
            .. PreflightChecks.Create(new PreflightHost(Host(services), services.Backend.Host, machined, new Listeners(), new Libraries(), services.Time)),
            new BootLoaderCheck(new(), services.Paths.UpdateSettings),
        ],
        services.Time);

    private static HostServices Host(AgentServices services) =>
        HostServices.Real(services.Backend.Host, new ChildProcess(services.Time), services.Backend.Removal);
}
