namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The host's package manager.</summary>
public interface IPackages
{
    /// <summary>Names of packages, in the host's terms, that would provide what is missing; empty when nothing is.</summary>
    Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken);

    /// <summary>Every package, dependencies included, that installing these would newly bring.</summary>
    Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken);

    /// <summary>Installs packages. Those that are installed are left as they are.</summary>
    Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken);

    /// <summary>Which of these packages are installed.</summary>
    Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken);

    /// <summary>Removes exactly these packages, configuration included; refuses to take others along.</summary>
    /// <returns>False when others need them by now; nothing was removed then.</returns>
    Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken);
}
