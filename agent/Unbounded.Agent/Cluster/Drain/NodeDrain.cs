using System.Globalization;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Cluster.Drain;

/// <summary>
/// One drain: the Node is cordoned, its pods are evicted, as their budgets allow, and their end is waited for. A server that is away is waited for, too, all of it
/// within one limit.
/// </summary>
/// <param name="session">The way to the server; waits until there is one.</param>
/// <param name="record">The record, with the transition that wants it.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeDrain(Func<CancellationToken, Task<ClusterSession>> session, AgentRecord record, TimeProvider time)
{
    private const int Named = 5;

    // A server that has just started refuses everything until it has read its rules.
    private static readonly TimeSpan RightsMayCome = TimeSpan.FromSeconds(5);

    private static readonly ResourcePath Pods = new("v1", "pods");
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    private List<DrainedPod> _left = [];
    private string? _problem;
    private bool _saidForeign;
    private long? _forbidden;

    /// <summary>Drains.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.DrainBlocked"/>: what stands in the way; <see cref="KubernetesErrors.NotDrainable"/>: a right is missing.</exception>
    public async Task RunAsync(DrainPolicy policy, IStepProgress progress, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(policy.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var pause = ShortestPause;
        try
        {
            progress.Begin("cordon");
            while (true)
            {
                var before = _left.Count;
                if (await RoundAsync(progress, either.Token))
                    return;
                pause = _problem is null && _left.Count < before ? ShortestPause : pause;
                await Task.Delay(pause, time, either.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Blocked(policy.Timeout);
        }
    }

    // Whether nothing is left.
    private async Task<bool> RoundAsync(IStepProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var way = await session(cancellationToken);
            if (await way.Node.CordonAsync(record, cancellationToken) && !_saidForeign)
            {
                _saidForeign = true;
                progress.Warn("the Node was cordoned already by somebody else, and stays so");
            }

            var known = _left.Count > 0;
            _left = await ListAsync(way, cancellationToken);
            if (!known && _left.Count > 0)
                progress.Begin("evict");
            foreach (var pod in _left.Where(p => !p.IsEnding))
                await EvictAsync(way.Client, pod, cancellationToken);
            _problem = null;
            _forbidden = null;
            return _left.Count == 0;
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Forbidden && time.GetElapsedTime(_forbidden ??= time.GetTimestamp()) >= RightsMayCome)
        {
            throw new AgentException(
                KubernetesErrors.NotDrainable,
                "The node can't be drained",
                e.Why,
                "Give its agent the right to (unbounded-agent manifests --machine NAME --drain | kubectl apply -f -), or set spec.update.drain.enabled to false",
                e);
        }
        catch (AgentException e)
        {
            _problem = $"{e.Code}: {e.What}: {e.Why}";
        }
        catch (ObjectDisposedException)
        {
            // The session ended, for another identity, say: the next one is waited for.
            _problem = "the connection was given up";
        }

        return false;
    }

    private static async Task<List<DrainedPod>> ListAsync(ClusterSession way, CancellationToken cancellationToken)
    {
        var left = new List<DrainedPod>();
        await foreach (var item in way.Client.ListAsync(Pods, new Selection($"spec.nodeName={way.NodeName}"), cancellationToken))
        {
            if (DrainedPod.Of(item) is { } pod)
                left.Add(pod);
        }

        return left;
    }

    private async Task EvictAsync(KubernetesClient client, DrainedPod pod, CancellationToken cancellationToken)
    {
        try
        {
            await client.EvictAsync(pod.Path, pod.Uid, cancellationToken);
            _refused.Remove(pod.Name);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound || e.Code == KubernetesErrors.Conflict)
        {
            // Gone, or another one of its name by now: the next list tells.
            _refused.Remove(pod.Name);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Forbidden && e.Why.Contains("being terminated", StringComparison.Ordinal))
        {
            // Its namespace is going, and takes it along.
            _refused[pod.Name] = e.Why;
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.EvictionBlocked || e.Code == KubernetesErrors.Refused || e.Code == KubernetesErrors.ServerBusy)
        {
            // The others may go.
            _refused[pod.Name] = e.Why;
        }
    }

    private AgentException Blocked(TimeSpan timeout)
    {
        List<string> reasons = [.. _left.Select(p => $"{p.Name}: {(p.IsEnding ? "was told to end, and has not" : _refused.GetValueOrDefault(p.Name, "is still there"))}")];
        var named = string.Join("; ", reasons.Take(Named)) + (reasons.Count > Named ? $"; and {reasons.Count - Named} more" : "");
        var why = _problem is null ? named : named.Length == 0 ? _problem : $"{_problem}; {named}";
        return new(
            KubernetesErrors.DrainBlocked,
            string.Create(CultureInfo.InvariantCulture, $"The node could not be drained within {timeout.TotalSeconds:0} s"),
            why.Length == 0 ? "the API server is not followed (condition ClusterConnected says why)" : why,
            "Let the named pods go (more replicas elsewhere, another budget, a shorter end), or give them longer: spec.update.drain.timeout");
    }
}
