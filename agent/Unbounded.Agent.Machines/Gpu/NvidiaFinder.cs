using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Gpu;

/// <summary>Looks for an NVIDIA driver on the host: its device nodes, and its libraries in the linker's cache. Nothing is spawned.</summary>
internal static class NvidiaFinder
{
    private const int MostLibraries = 256;
    private const string Cache = "/etc/ld.so.cache";
    private const string Control = "/dev/nvidiactl";

    private static readonly string[] Controls = [Control, "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset"];

    // The beginnings of the driver's own libraries; those of the toolkit come in containers.
    private static readonly string[] Prefixes =
    [
        "libcuda.so", "libcudadebugger.so", "libnvcuvid.so", "libnvoptix.so", "libnvidia-", "libvdpau_nvidia.so", "libEGL_nvidia.so", "libGLX_nvidia.so",
        "libGLESv1_CM_nvidia.so", "libGLESv2_nvidia.so",
    ];

    /// <summary>Finds the driver; null where there is no GPU, or no library of its driver.</summary>
    /// <param name="root">Prefix of every path, empty for the real host.</param>
    /// <exception cref="AgentException">There is a GPU, and the linker's cache can't be read.</exception>
    public static NvidiaDriver? Find(string root)
    {
        var gpus = Gpus(root);
        if (gpus.Count == 0)
        {
            return null;
        }

        using var host = new ConfinedRoot(root.Length == 0 ? "/" : root);
        if (host.TryRead(Cache, LinkerCache.Limit) is not { } cache)
        {
            return null;
        }

        var directories = new List<string>();
        var libraries = new List<DriverLibrary>();
        foreach (var library in LinkerCache.Parse(cache).Where(IsDrivers).DistinctBy(l => l.Name).Take(MostLibraries))
        {
            if (Resolve(host, root, library.Path) is { } file)
            {
                libraries.Add(new DriverLibrary(library.Name, library.Path, InMachine(file, directories)));
            }
        }

        return libraries.Count == 0 ? null : new NvidiaDriver(directories, libraries, gpus, [.. Controls.Where(c => Path.Exists(root + c))]);
    }

    private static List<string> Gpus(string root)
    {
        var devices = root + "/dev";
        if (!Directory.Exists(devices) || !Path.Exists(root + Control))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFiles(devices, "nvidia*")
                .Select(d => d[(devices.Length + "/nvidia".Length)..])
                .Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .OrderBy(n => int.Parse(n, CultureInfo.InvariantCulture))
                .Select(n => $"/dev/nvidia{n}"),
        ];
    }

    // The paths get into unit files and links: what no package would name so is left out.
    private static bool IsDrivers(CachedLibrary library) =>
        Prefixes.Any(p => library.Name.StartsWith(p, StringComparison.Ordinal))
        && library.Name.All(IsPlain)
        && library.Path.StartsWith('/')
        && library.Path.All(c => c == '/' || IsPlain(c))
        && string.Equals(Path.GetFileName(library.Path), library.Name, StringComparison.Ordinal)
        && string.Equals(Path.GetFullPath(library.Path), library.Path, StringComparison.Ordinal);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+';

    // Debian leads from the linker's directory over /etc/alternatives to the version in use: only the end of the way is the driver's.
    private static string? Resolve(ConfinedRoot host, string root, string path)
    {
        try
        {
            using var file = host.TryOpenPath(path);
            var real = file is null ? null : File.ResolveLinkTarget(ConfinedRoot.ThroughDescriptor(file), returnFinalTarget: false)?.FullName;
            return real is not null && real.StartsWith(root + "/", StringComparison.Ordinal) && real[root.Length..].All(c => c == '/' || IsPlain(c))
                ? real[root.Length..]
                : null;
        }
        catch (AgentException)
        {
            // A loop of links: no library.
            return null;
        }
    }

    private static string InMachine(string file, List<string> directories)
    {
        var directory = Path.GetDirectoryName(file)!;
        var index = directories.IndexOf(directory);
        if (index < 0)
        {
            directories.Add(directory);
            index = directories.Count - 1;
        }

        return $"{NvidiaDriver.Target(index)}/{Path.GetFileName(file)}";
    }
}
