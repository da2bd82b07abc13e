using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>apt-get(8), on Debian and its kin. What is installed is read from dpkg's own file.</summary>
public sealed class AptPackages : IPackages
{
    internal const string AptGet = "/usr/bin/apt-get";
    internal const string Dpkg = "/usr/bin/dpkg";

    private static readonly string[] Common = ["-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"];
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["DEBIAN_FRONTEND"] = "noninteractive",
        // It would restart services of the host in the middle of an installation.
        ["NEEDRESTART_SUSPEND"] = "1",
    };

    private readonly IProcessRunner _processes;
    private readonly string _root;

    /// <summary>Creates the package manager.</summary>
    /// <param name="processes">Runs it.</param>
    /// <param name="root">What stands before the paths that are read: <c>/</c> for the host itself.</param>
    public AptPackages(IProcessRunner processes, string root)
    {
        _processes = processes;
        _root = root;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. PackageNeed.All.Where(n => !n.IsMet(_root)).Select(n => n.Debian)]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var result = await SimulateAsync(packages, cancellationToken);
        if (!result.Succeeded)
        {
            // The lists may be older than the packages that they name, or missing.
            await RunAsync(["update"], cancellationToken);
            result = await SimulateAsync(packages, cancellationToken);
        }

        return result is { Succeeded: true, OutputCut: false } ? AptOutput.New(result.Output) : throw Failed(packages, result);
    }

    /// <inheritdoc/>
    public async Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken)
    {
        string[] arguments = ["install", "--no-install-recommends", .. packages];
        var result = await RunAsync(arguments, cancellationToken);
        if (!result.Succeeded)
        {
            if (AptOutput.IsInterrupted(result))
                await _processes.RunAsync(Request(Dpkg, ["--configure", "-a", "--force-confold"]), cancellationToken);
            else
                await RunAsync(["update"], cancellationToken);
            result = await RunAsync(arguments, cancellationToken);
        }

        if (!result.Succeeded)
            throw Failed(packages, result);
        if (AptOutput.Upgraded(result.Output) is { Count: > 0 } upgraded)
            report.Warn($"{string.Join(", ", upgraded)} had to be upgraded along; uninstall does not take that back");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var status = Path.Join(_root, "/var/lib/dpkg/status");
        var installed = File.Exists(status) ? DpkgStatus.Installed(File.ReadLines(status)) : new HashSet<string>(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<string>>([.. packages.Where(p => installed.Contains(p.Split(':')[0]))]);
    }

    /// <inheritdoc/>
    public async Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var plan = await RunAsync(["-s", "-o", "Debug::NoLocking=true", "purge", .. packages], cancellationToken);
        var names = packages.Select(p => p.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        if (!plan.Succeeded || plan.OutputCut || AptOutput.Removed(plan.Output).Any(p => !names.Contains(p)))
            return false;
        var result = await RunAsync(["purge", .. packages], cancellationToken);
        return result.Succeeded ? true : throw Failed(packages, result);
    }

    private static ProcessRequest Request(string program, IReadOnlyList<string> arguments) => new(program, arguments)
    {
        Environment = Environment,
        Timeout = TimeSpan.FromMinutes(20),
        OutputLimitBytes = 1024 * 1024,
    };

    private static AgentException Failed(IReadOnlyList<string> packages, ProcessResult result) => new(
        MachinesErrors.PackagesNotInstalled,
        $"apt-get could not handle {string.Join(", ", packages)}",
        $"it ended with {result.ExitCode}: {result.Tail()}",
        "Run it by hand to see more; without a package source, install them from a mirror or medium and run install again");

    private Task<ProcessResult> SimulateAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) =>
        RunAsync(["-s", "-o", "Debug::NoLocking=true", "install", "--no-install-recommends", .. packages], cancellationToken);

    private Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _processes.RunAsync(Request(AptGet, [.. Common, .. arguments]), cancellationToken);
}
