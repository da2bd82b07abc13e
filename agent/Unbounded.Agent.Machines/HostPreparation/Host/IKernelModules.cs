namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Kernel modules. Loading is systemd's part (<c>systemd-modules-load.service</c>).</summary>
public interface IKernelModules
{
    /// <summary>Whether the running kernel has it, built in or loaded.</summary>
    Task<bool> IsPresentAsync(string name, CancellationToken cancellationToken);

    /// <summary>Unloads it if nothing uses it: delete_module(2).</summary>
    /// <returns>Whether it is gone.</returns>
    Task<bool> TryUnloadAsync(string name, CancellationToken cancellationToken);
}
