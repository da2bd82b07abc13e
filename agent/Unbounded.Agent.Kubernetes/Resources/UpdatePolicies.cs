using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>Completes a Machine's <c>spec.update</c> with the defaults of <see cref="UpdatePolicy"/>.</summary>
internal static class UpdatePolicies
{
    public static UpdatePolicy Of(UpdateSpec? spec)
    {
        var policy = new UpdatePolicy();
        if (spec is null)
            return policy;
        return policy with
        {
            Strategy = spec.Strategy ?? policy.Strategy,
            Paused = spec.Paused ?? policy.Paused,
            RetryNonce = spec.RetryNonce,
            MaintenanceWindow = spec.MaintenanceWindow,
            HealthGate = policy.HealthGate with
            {
                BootTimeout = spec.HealthGate?.BootTimeout ?? policy.HealthGate.BootTimeout,
                Timeout = spec.HealthGate?.Timeout ?? policy.HealthGate.Timeout,
                Settle = spec.HealthGate?.Settle ?? policy.HealthGate.Settle,
                SystemPods = spec.HealthGate?.SystemPods ?? policy.HealthGate.SystemPods,
                Url = spec.HealthGate?.Url,
            },
            Rollback = policy.Rollback with { MaxAttempts = spec.Rollback?.MaxAttempts ?? policy.Rollback.MaxAttempts },
            Drain = policy.Drain with
            {
                Enabled = spec.Drain?.Enabled ?? policy.Drain.Enabled,
                Timeout = spec.Drain?.Timeout ?? policy.Drain.Timeout,
                PodGrace = spec.Drain?.PodGrace ?? policy.Drain.PodGrace,
            },
        };
    }
}
