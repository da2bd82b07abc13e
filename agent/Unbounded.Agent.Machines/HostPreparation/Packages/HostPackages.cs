using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>Finds the host's package manager.</summary>
public static class HostPackages
{
    /// <summary>apt-get, else dnf, else none.</summary>
    /// <param name="processes">Runs it.</param>
    /// <param name="root">What stands before the paths that are read: <c>/</c> for the host itself.</param>
    public static IPackages Detect(IProcessRunner processes, string root)
    {
        if (File.Exists(Path.Join(root, AptPackages.AptGet)))
            return new AptPackages(processes, root);
        return File.Exists(Path.Join(root, DnfPackages.Dnf)) ? new DnfPackages(processes, root) : new NoPackages(root);
    }
}
