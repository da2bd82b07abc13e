using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>Configurations and targets for tests.</summary>
internal static class Samples
{
    public const string Token = "abcdef.0123456789abcdef";

    public static readonly SlotName Kube1 = new("kube1");
    public static readonly SlotName Kube2 = new("kube2");

    public static UpdatePolicy Policy { get; } = new() { HealthGate = new() { Timeout = TimeSpan.FromSeconds(35), Settle = TimeSpan.FromSeconds(30) } };

    public static AgentConfig Config(string version, string nature = Nature.Good, params (string Key, string Value)[] labels) => new()
    {
        MachineName = "node-1",
        Cluster = new() { CaCertBase64 = null, Version = version },
        Kubelet = new()
        {
            ApiServer = "https://10.0.0.1:6443",
            Auth = new() { BootstrapToken = Token },
            Labels = labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal),
        },
        OCIImage = $"{nature}:{version}",
    };

    public static Target Target(string version, string nature = Nature.Good, UpdatePolicy? policy = null, long repave = 0)
    {
        var config = Config(version, nature);
        return new(TargetFingerprint.Compute(config, repave), config, policy ?? Policy);
    }

    /// <summary>What a transition to a desired state freezes.</summary>
    public static FrozenTarget Frozen(DesiredState desired) => FrozenTarget.Freeze(
        new(TargetFingerprint.Compute(desired.Config, 0), desired.Config, desired.Policy), new(AppliedConfig.Serialize(desired.Config)));

    public static DesiredState Desired(string version, string nature = Nature.Good, UpdatePolicy? policy = null) =>
        new(Config(version, nature), policy ?? Policy);
}
