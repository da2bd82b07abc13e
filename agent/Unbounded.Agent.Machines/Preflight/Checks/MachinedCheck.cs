namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>systemd-nspawn is there, and machined answers over D-Bus.</summary>
internal sealed class MachinedCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "machined";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (!File.Exists(host.Real("/usr/bin/systemd-nspawn")) && !File.Exists(host.Real("/bin/systemd-nspawn")))
        {
            return input.AllowPackages
                ? PreflightFinding.Skipped("systemd-container is not installed yet: install brings it")
                : PreflightFinding.Error("systemd-nspawn is not there", "Install the package systemd-container");
        }

        var machines = await host.Machined.ListAsync(cancellationToken);
        return PreflightFinding.Ok($"machined answers and knows {machines.Count(m => m.Name != ".host")} machines");
    }
}
