namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Kernel parameters. Names are paths below <c>/proc/sys</c>: <c>net/ipv4/ip_forward</c>.</summary>
public interface ISysctls
{
    /// <summary>The value, trimmed; null when the kernel has no such parameter.</summary>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sets it.</summary>
    /// <returns>False when the kernel refuses, as in a container.</returns>
    Task<bool> TryWriteAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Names of network interfaces that have parameters of their own, <c>all</c> and <c>default</c> included.</summary>
    Task<IReadOnlyList<string>> InterfacesAsync(CancellationToken cancellationToken);
}
