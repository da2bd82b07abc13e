namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Swap is off, or can be turned off.</summary>
internal sealed class SwapCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "swap";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var areas = await host.Services.Swaps.ListAsync(cancellationToken);
        if (areas.Count == 0)
            return PreflightFinding.Ok("swap is off");
        var names = string.Join(", ", areas.Select(a => a.Path));
        var memory = Memory.Parse(await File.ReadAllLinesAsync(host.Real("/proc/meminfo"), cancellationToken));
        return memory.SwapUsedKiB > memory.AvailableKiB
            ? PreflightFinding.Error(
                $"swap is on ({names}) and holds {memory.SwapUsedKiB / 1024} MiB, more than the {memory.AvailableKiB / 1024} MiB of free memory",
                "Free memory, so that swap can be turned off")
            : PreflightFinding.Ok($"swap is on ({names}): install turns it off until uninstall");
    }
}
