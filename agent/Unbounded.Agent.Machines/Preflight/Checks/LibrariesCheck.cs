namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Native libraries that the agent's binary uses can be loaded.</summary>
internal sealed class LibrariesCheck(PreflightHost host) : IPreflightCheck
{
    private static readonly (string[] Names, string Use)[] Needed =
    [
        (["libsystemd.so.0"], "D-Bus"),
        (["libzstd.so.1"], ".tar.zst images"),
        (["liblzma.so.5"], ".tar.xz images"),
        (["libssl.so.3", "libssl.so.1.1"], "TLS"),
    ];

    public string Name => "libraries";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var missing = Needed.Where(n => !n.Names.Any(host.Libraries.CanLoad)).Select(n => $"{n.Names[0]} ({n.Use})").ToList();
        return Task.FromResult(missing.Count == 0
            ? PreflightFinding.Ok($"{string.Join(", ", Needed.Select(n => n.Names[0]))} load")
            : input.AllowPackages
                ? PreflightFinding.Warning($"{string.Join(", ", missing)} can't be loaded", "install brings the packages; where that fails install them by hand")
                : PreflightFinding.Error($"{string.Join(", ", missing)} can't be loaded", "Install the packages libsystemd0, libzstd1, liblzma5, libssl3"));
    }
}
