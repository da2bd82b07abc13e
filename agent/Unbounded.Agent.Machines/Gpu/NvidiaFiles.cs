using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Gpu;

/// <summary>What a machine gets inside for the host's NVIDIA driver: links where its linker looks, and the specification for containers.</summary>
internal static class NvidiaFiles
{
    /// <summary>The specification's path in a machine, one of the places where containerd looks.</summary>
    public const string Specification = "/etc/cdi/nvidia.json";

    /// <summary>All files. They belong to the driver that was found: another version of it on the host takes the next preparation.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="exists">Whether a path inside the image exists: a library that it brings itself is its own.</param>
    public static IEnumerable<RootFile> For(NvidiaDriver driver, Func<string, bool> exists)
    {
        yield return RootFile.Text(Specification, CdiSpec.Render(driver));
        foreach (var library in driver.Libraries.Where(l => !exists(l.LinkPath)))
        {
            yield return RootFile.Link(library.LinkPath, library.FilePath);
        }
    }
}
