namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Devices and directories of the host that the configuration names are there. Those that are not are left out of a machine, which starts all the same.</summary>
internal sealed class MountsCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "mounts";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (input.Config is not { } config)
            return Task.FromResult(PreflightFinding.Skipped("there is no valid configuration"));
        var all = config.AdditionalHostDevices.Concat(config.AdditionalHostMounts.Select(m => m.Source)).ToList();
        var missing = all.Where(p => !Path.Exists(host.Real(p))).ToList();
        return Task.FromResult(missing.Count == 0
            ? PreflightFinding.Ok($"{all.Count} devices and directories are to be bound, all are there")
            : PreflightFinding.Warning($"{string.Join(", ", missing)} not there", "Create them, or take them out of the configuration: a machine starts without them"));
    }
}
