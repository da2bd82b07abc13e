namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The kubelet's ports are free, or are used by a machine of the agent's. Machines share the host's network.</summary>
internal sealed class PortsCheck : IPreflightCheck
{
    private readonly PreflightHost _host;
    private readonly IReadOnlyList<int> _ports;

    public PortsCheck(PreflightHost host, IReadOnlyList<int>? ports = null)
    {
        _host = host;
        _ports = ports ?? [10248, 10250];
    }

    public string Name => "ports";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var ours = new List<int>();
        foreach (var port in _ports)
        {
            if (await _host.Ports.FindAsync(port, cancellationToken) is not { } listener)
                continue;
            if (!listener.ControlGroup.Contains("systemd-nspawn@kube", StringComparison.Ordinal))
            {
                return PreflightFinding.Error(
                    $"port {port} is used by {listener.Name} (process {listener.Pid})",
                    "Stop it: another kubelet on this host? A node's kubelet must have these ports");
            }

            ours.Add(port);
        }

        return PreflightFinding.Ok(ours.Count == 0 ? $"{string.Join(", ", _ports)} are free" : $"{string.Join(", ", ours)} are used by the agent's machine");
    }
}
