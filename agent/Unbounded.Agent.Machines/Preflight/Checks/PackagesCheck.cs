namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Packages that machines need are there, or can be brought.</summary>
internal sealed class PackagesCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "packages";

    public TimeSpan Timeout => TimeSpan.FromMinutes(2);

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var missing = await host.Services.Packages.MissingAsync(cancellationToken);
        if (missing.Count == 0)
            return PreflightFinding.Ok("all packages are there");
        var names = string.Join(", ", missing);
        return input.AllowPackages && HasManager()
            ? PreflightFinding.Ok($"{names} missing: install brings them")
            : PreflightFinding.Error($"{names} missing", "Install them first: docs/install.md has a chapter on hosts without a package source");
    }

    private bool HasManager() => File.Exists(host.Real("/usr/bin/apt-get")) || File.Exists(host.Real("/usr/bin/dnf"));
}
