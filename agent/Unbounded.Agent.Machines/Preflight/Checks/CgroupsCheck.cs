namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>One tree of control groups (v2), with the controllers that pods' limits need.</summary>
internal sealed class CgroupsCheck(PreflightHost host) : IPreflightCheck
{
    private static readonly string[] Needed = ["cpu", "memory", "pids"];

    public string Name => "cgroups";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var controllers = host.Real("/sys/fs/cgroup/cgroup.controllers");
        if (!File.Exists(controllers))
        {
            return PreflightFinding.Warning(
                "control groups are those of version 1",
                "Boot with systemd.unified_cgroup_hierarchy=1: newer kubelets refuse version 1, and pods are ended less surely");
        }

        var there = (await File.ReadAllTextAsync(controllers, cancellationToken)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var missing = Needed.Except(there, StringComparer.Ordinal).ToList();
        return missing.Count == 0
            ? PreflightFinding.Ok($"version 2 with {string.Join(", ", there)}")
            : PreflightFinding.Warning($"version 2 without {string.Join(", ", missing)}", "Pods will not start: on a host of its own enable these controllers, in a container have it given them");
    }
}
