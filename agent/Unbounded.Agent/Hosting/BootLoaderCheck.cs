using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Hosting;

/// <summary>On a host with two system partitions: whether its boot loader can try one out. A Raspberry Pi's in its EEPROM may be too old for that.</summary>
/// <param name="paths">Where slots and boot loaders are.</param>
/// <param name="settings">Path of the update's settings.</param>
internal sealed class BootLoaderCheck(PartitionPaths paths, string settings) : IPreflightCheck
{
    public string Name => "boot-loader";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var named = (await UpdateSettingsFile.LoadAsync(settings, cancellationToken)).Boot;
        return await BootLook.OfAsync(paths, named, cancellationToken) switch
        {
            null => PreflightFinding.Ok("none that knows of two system partitions: this host is not updated as a whole"),
            { Obstacles: [] } boot => PreflightFinding.Ok($"{boot.Kind} can try out a system partition"),
            // A node runs all the same; it is the update that is refused.
            { } boot => PreflightFinding.Warning(string.Join("; ", boot.Obstacles), "Bring the boot loader up to date before the first update: unbounded-agent update apply is refused until then"),
        };
    }
}
