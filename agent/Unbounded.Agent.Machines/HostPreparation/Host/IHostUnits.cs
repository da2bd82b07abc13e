namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The host's systemd, as far as preparing it needs it. Jobs have ended when a method returns.</summary>
public interface IHostUnits
{
    /// <summary>One unit as systemd sees it; <see cref="HostUnit.Exists"/> is false when it knows none of that name.</summary>
    Task<HostUnit> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Loaded units whose name matches a pattern (<c>*.swap</c>).</summary>
    Task<IReadOnlyList<HostUnit>> ListAsync(string pattern, CancellationToken cancellationToken);

    /// <summary>Starts a unit; a running one is left alone.</summary>
    Task StartAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stops a unit; nothing happens when it does not run.</summary>
    Task StopAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stops and starts a unit.</summary>
    Task RestartAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes the links of its <c>[Install]</c> section.</summary>
    Task EnableAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes those links. A unit that is not there is no error.</summary>
    Task DisableAsync(string name, CancellationToken cancellationToken);

    /// <summary>Links it to <c>/dev/null</c> in <c>/etc</c>.</summary>
    Task MaskAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes that link.</summary>
    Task UnmaskAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads all unit files again.</summary>
    Task ReloadAsync(CancellationToken cancellationToken);
}
