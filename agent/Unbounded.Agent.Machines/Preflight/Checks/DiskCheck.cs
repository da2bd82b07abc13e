using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Space and inodes where machines and images are kept.</summary>
internal sealed class DiskCheck(PreflightHost host) : IPreflightCheck
{
    private const string Data = "/var/lib";
    private const long MiB = 1024 * 1024;
    private const long LeastBytes = 1024 * MiB;
    private const long ComfortableBytes = 8 * 1024 * MiB;
    private const long LeastInodes = 50_000;

    public string Name => "disk";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var usage = FileSystemUsage.Of(host.Real(Data));
        var seen = $"{usage.AvailableBytes / MiB} MiB and {(usage.AvailableInodes == long.MaxValue ? "any number of" : usage.AvailableInodes.ToString())} inodes free on {Data}";
        return Task.FromResult(usage switch
        {
            { IsReadOnly: true } => PreflightFinding.Error($"the file system of {Data} is read-only", "Mount it read-write"),
            { AvailableBytes: < LeastBytes } => PreflightFinding.Error(seen, $"Free space: two machines with an image need at least {LeastBytes / MiB} MiB"),
            { AvailableInodes: < LeastInodes } => PreflightFinding.Error(seen, $"Use a file system with more inodes: an image has about 20,000, at least {LeastInodes} must be free"),
            { AvailableBytes: < ComfortableBytes } => PreflightFinding.Warning(seen, $"Free space: container images will want more than {ComfortableBytes / MiB} MiB"),
            _ => PreflightFinding.Ok(seen),
        });
    }
}
