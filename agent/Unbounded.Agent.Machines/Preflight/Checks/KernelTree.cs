namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Modules of the running kernel on the disk, modules.dep(5) and modules.builtin.</summary>
internal static class KernelTree
{
    public static async Task<bool> HasModuleAsync(string root, string name, CancellationToken cancellationToken)
    {
        var release = Path.Join(root, "/proc/sys/kernel/osrelease");
        if (!File.Exists(release))
            return false;
        var directory = Path.Join(root, "/lib/modules", (await File.ReadAllTextAsync(release, cancellationToken)).Trim());
        foreach (var list in new[] { "modules.dep", "modules.builtin" })
        {
            var path = Path.Join(directory, list);
            if (File.Exists(path) && (await File.ReadAllLinesAsync(path, cancellationToken)).Any(l => Is(l, name)))
                return true;
        }

        return false;
    }

    // kernel/net/bridge/br_netfilter.ko.xz: kernel/net/bridge/bridge.ko.xz
    private static bool Is(string line, string name)
    {
        var file = Path.GetFileName(line.Split(':')[0]).Replace('-', '_');
        return file.StartsWith(name + ".ko", StringComparison.Ordinal);
    }
}
