using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Machine roots can be overlay mounts, or else are copied.</summary>
internal sealed class OverlayCheck(PreflightHost host) : IPreflightCheck
{
    private const string Data = "/var/lib";

    // These can't be the upper layer of an overlay.
    private static readonly string[] NoUpper = ["overlay", "nfs", "nfs4", "vfat", "cifs", "9p", "fuse", "ecryptfs"];

    public string Name => "overlay";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        const string fallback = "Nothing has to be done: roots are copied then, which takes longer and more space";
        var type = MountTable.TypeOf(await File.ReadAllLinesAsync(host.Real("/proc/self/mountinfo"), cancellationToken), Data);
        if (NoUpper.Contains(type, StringComparer.Ordinal))
            return PreflightFinding.Warning($"{Data} is on {type}, which can't carry an overlay's upper layer", fallback);
        IKernelModules modules = host.Services.Modules;
        if (await modules.IsPresentAsync("overlay", cancellationToken))
            return PreflightFinding.Ok($"the kernel has overlay, and {Data} is on {type}");
        return await KernelTree.HasModuleAsync(host.Root, "overlay", cancellationToken)
            ? PreflightFinding.Ok($"the kernel has a module overlay, which install loads, and {Data} is on {type}")
            : PreflightFinding.Warning("the kernel has no overlay", fallback);
    }
}
