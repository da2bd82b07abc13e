namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The configuration was read and every value is one that the agent takes.</summary>
internal sealed class ConfigCheck : IPreflightCheck
{
    public string Name => "config";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken) => Task.FromResult(Find(input));

    private static PreflightFinding Find(PreflightInput input)
    {
        if (input.ConfigError is { } error)
            return PreflightFinding.Error(error.Details.Count == 0 ? $"{error.What}: {error.Why}" : string.Join("; ", error.Details), error.Next);
        if (input.Config is not { } config)
            return PreflightFinding.Error("there is no configuration", "Write /etc/unbounded/agent/config.json, or give --config FILE");
        return input.ConfigWarnings.Count == 0
            ? PreflightFinding.Ok($"machine {config.MachineName}, Kubernetes {config.Cluster.Version}, {config.Kubelet.ApiServer ?? "without an API server"}")
            : PreflightFinding.Warning(string.Join("; ", input.ConfigWarnings), "Correct these fields; docs/configuration.md describes each");
    }
}
