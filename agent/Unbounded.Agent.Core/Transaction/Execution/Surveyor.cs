using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Gathers what a decision is made from. Changes nothing.</summary>
/// <param name="slots">The backend.</param>
/// <param name="applied">Applied configs, for a host without a record.</param>
public sealed class Surveyor(ISlots slots, AppliedConfigFiles applied)
{
    /// <summary>Looks at the host.</summary>
    /// <param name="record">The record; where there is none, what another agent left is looked for.</param>
    /// <param name="requests">What was asked for.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Observed> ObserveAsync(AgentRecord? record, Requests requests, CancellationToken cancellationToken)
    {
        var observation = await slots.InspectAsync(cancellationToken);
        var discovered = record is null ? await DiscoverAsync(cancellationToken) : Discovery.Nothing;
        return new(observation, discovered, requests);
    }

    /// <summary>Compares the desired state with the active side.</summary>
    /// <param name="record">The record, null when there is none.</param>
    /// <param name="wanted">The desired state, null when there is none that is valid.</param>
    /// <param name="observation">The slots.</param>
    public static Desired? Compare(AgentRecord? record, DesiredState? wanted, SlotsObservation observation)
    {
        if (wanted is null)
        {
            return null;
        }

        var target = new Target(TargetFingerprint.Compute(wanted.Config, wanted.RepaveCounter), wanted.Config, wanted.Policy);
        var counters = new OperationCounters(wanted.RebootCounter, wanted.RepaveCounter);
        if (record?.Active is not { } active)
        {
            return new(target, counters, []);
        }

        var config = Read(active);
        var differences = ConfigDrift.Compare(config, wanted.Config, observation.NodeHasCertificate);
        return new(target, counters, Texts(DriftEffect.Swap), differences.Any(d => d.Effect == DriftEffect.Live) ? Live() : null)
        {
            Identity = Texts(DriftEffect.Reinstall),
        };

        IReadOnlyList<string> Texts(DriftEffect effect) => [.. differences.Where(d => d.Effect == effect).Select(d => d.ToString())];

        Target Live() => new(active.Fingerprint ?? target.Fingerprint, WithLive(config, wanted.Config), wanted.Policy);
    }

    private static AgentConfig Read(SideRecord side) =>
        AppliedConfig.Load($"{side.Slot}-applied-config.json", side.AppliedConfig.Memory.ToArray(), sidecar: null).Config;

    private static AgentConfig WithLive(AgentConfig active, AgentConfig wanted) => active with
    {
        Kubelet = active.Kubelet with
        {
            Labels = wanted.Kubelet.Labels,
            RegisterWithTaints = wanted.Kubelet.RegisterWithTaints,
        },
    };

    private async Task<Discovery> DiscoverAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await applied.DiscoverAsync(cancellationToken) is { } found
                ? new(new FoundConfig(found.Slot, new(found.Applied.Bytes.Span), found.Applied.Config.Cluster.Version, found.Applied.Config.OCIImage)
                {
                    Warnings = [.. found.Applied.Warnings.Select(w => $"{found.Slot}-applied-config.json: {w.Message}")],
                })
                : Discovery.Nothing;
        }
        catch (AgentException e)
        {
            return new(null, ErrorRecord.From(e));
        }
    }
}
