using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>A host whose system is an image, without a package manager: it has what it needs, or it can't be prepared.</summary>
public sealed class NoPackages : IPackages
{
    private readonly string _root;

    /// <summary>Creates it.</summary>
    /// <param name="root">What stands before the paths that are read.</param>
    public NoPackages(string root) => _root = root;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. PackageNeed.All.Where(n => !n.IsMet(_root)).Select(n => n.Debian)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) => throw Nobody(packages);

    /// <inheritdoc/>
    public Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken) => throw Nobody(packages);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc/>
    public Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) => Task.FromResult(false);

    private static AgentException Nobody(IReadOnlyList<string> packages) => new(
        MachinesErrors.PackagesNotInstalled,
        $"the host lacks {string.Join(", ", packages)}",
        "there is neither apt-get nor dnf on it",
        "Bring them with the host's image or a system extension, and run install again");
}
