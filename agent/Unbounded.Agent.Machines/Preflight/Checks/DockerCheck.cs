namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Says beforehand that docker's containers will be stopped.</summary>
internal sealed class DockerCheck(PreflightHost host) : IPreflightCheck
{
    public string Name => "docker";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var docker = await host.Services.Units.GetAsync("docker.service", cancellationToken);
        return docker switch
        {
            { IsActive: true } => PreflightFinding.Warning("docker is running", "install stops it with its containers and masks it, until uninstall: move what must go on to another host"),
            { Exists: true } => PreflightFinding.Ok("docker is installed and does not run: install masks it until uninstall"),
            _ => PreflightFinding.Ok("docker is not here"),
        };
    }
}
