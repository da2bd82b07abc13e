using Unbounded.Agent.Linux.Modules;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The kernel's modules, in <c>/sys/module</c> and <c>/proc</c> below a root.</summary>
public sealed class KernelModules : IKernelModules
{
    private readonly string _root;

    /// <summary>Creates the view.</summary>
    /// <param name="root">What stands before <c>/sys</c> and <c>/proc</c>.</param>
    public KernelModules(string root) => _root = root;

    /// <inheritdoc/>
    public async Task<bool> IsPresentAsync(string name, CancellationToken cancellationToken)
    {
        // Built in, a module without parameters has no directory: what it brings is looked for.
        if (Directory.Exists(Path.Join(_root, "/sys/module", name)))
            return true;
        return name switch
        {
            "overlay" => await HasFileSystemAsync("overlay", cancellationToken),
            "br_netfilter" => Directory.Exists(Path.Join(_root, "/proc/sys/net/bridge")),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public Task<bool> TryUnloadAsync(string name, CancellationToken cancellationToken) => Task.FromResult(ModuleCalls.TryUnload(name));

    private async Task<bool> HasFileSystemAsync(string name, CancellationToken cancellationToken)
    {
        var path = Path.Join(_root, "/proc/filesystems");
        return File.Exists(path)
            && (await File.ReadAllLinesAsync(path, cancellationToken)).Any(l => l.EndsWith($"\t{name}", StringComparison.Ordinal));
    }
}
