using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>dnf(8), on Fedora and its kin. It removes the dependencies that a package brought with the package.</summary>
public sealed class DnfPackages : IPackages
{
    internal const string Dnf = "/usr/bin/dnf";
    internal const string Rpm = "/usr/bin/rpm";

    private readonly IProcessRunner _processes;
    private readonly string _root;

    /// <summary>Creates the package manager.</summary>
    /// <param name="processes">Runs it.</param>
    /// <param name="root">What stands before the paths that are read: <c>/</c> for the host itself.</param>
    public DnfPackages(IProcessRunner processes, string root)
    {
        _processes = processes;
        _root = root;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. PackageNeed.All.Where(n => !n.IsMet(_root)).Select(n => n.Fedora)]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var there = await InstalledAsync(packages, cancellationToken);
        return [.. packages.Where(p => !there.Contains(p, StringComparer.Ordinal))];
    }

    /// <inheritdoc/>
    public async Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken) =>
        Require(packages, await RunAsync(Dnf, ["-y", "-q", "--setopt=install_weak_deps=False", "install", .. packages], cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var installed = new List<string>();
        foreach (var package in packages)
        {
            if ((await RunAsync(Rpm, ["-q", "--quiet", package], cancellationToken)).Succeeded)
                installed.Add(package);
        }

        return installed;
    }

    /// <inheritdoc/>
    public async Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        // rpm refuses what others need; dnf would take the others along.
        if (!(await RunAsync(Rpm, ["-e", "--test", .. packages], cancellationToken)).Succeeded)
            return false;
        Require(packages, await RunAsync(Dnf, ["-y", "-q", "remove", .. packages], cancellationToken));
        return true;
    }

    private static void Require(IReadOnlyList<string> packages, ProcessResult result)
    {
        if (result.Succeeded)
            return;
        throw new AgentException(
            MachinesErrors.PackagesNotInstalled,
            $"dnf could not handle {string.Join(", ", packages)}",
            $"it ended with {result.ExitCode}: {result.Tail()}",
            "Run it by hand to see more; without a package source, install them from a mirror or medium and run install again");
    }

    private Task<ProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _processes.RunAsync(new ProcessRequest(program, arguments) { Timeout = TimeSpan.FromMinutes(20), OutputLimitBytes = 1024 * 1024 }, cancellationToken);
}
