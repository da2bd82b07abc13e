using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Cluster.Events;

/// <summary>
/// Tells the API server what happened to the Machine: the beginning and the end of every transition, each once, also when the daemon or the server was away
/// at that instant. An event older than a server keeps one is told no more.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="name">Name of the Machine.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class EventTeller(KubernetesClient client, string name, TimeProvider time, ILogger<EventTeller> logger)
{
    // kube-apiserver's --event-ttl.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);
    private static readonly ResourcePath Events = new("v1", "events", ManifestSet.EventNamespace);

    // What a record knows of at once is two; a server that was away for many transitions hears of the latest.
    private const int MostWaiting = 16;

    private readonly Channel<MachineEvent> _waiting = Channel.CreateBounded<MachineEvent>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Queue<string> _offered = new();
    private volatile string? _machine;

    /// <summary>Takes the events of a record.</summary>
    public void Offer(AgentRecord record)
    {
        lock (_lock)
        {
            foreach (var happened in MachineEvent.Of(record))
            {
                var key = happened.NameFor(name);
                if (_offered.Contains(key))
                    continue;
                _offered.Enqueue(key);
                if (_offered.Count > MostWaiting)
                    _offered.Dequeue();
                _waiting.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>The Machine is there.</summary>
    /// <param name="machine">The server's identity of it.</param>
    public void Try(string? machine)
    {
        _machine = machine;
        _seen.TrySetResult();
    }

    /// <summary>Tells until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Before the Machine was seen nobody could find an event of it.
        await _seen.Task.WaitAsync(cancellationToken);
        await foreach (var happened in _waiting.Reader.ReadAllAsync(cancellationToken))
            await TellAsync(happened, cancellationToken);
    }

    private async Task TellAsync(MachineEvent happened, CancellationToken cancellationToken)
    {
        var delay = FirstRetry;
        while (time.GetUtcNow() - happened.At < Longest)
        {
            try
            {
                await client.CreateAsync(Events, happened.ToJson(name, _machine, ManifestSet.EventNamespace), cancellationToken);
                return;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.AlreadyExists)
            {
                return;
            }
            catch (AgentException e)
            {
                if (delay == FirstRetry)
                    LogNotTold(e, happened.Reason, Longest);
                await Task.Delay(delay, time, cancellationToken);
                delay = delay * 2 < LongestRetry ? delay * 2 : LongestRetry;
            }
        }
    }
}
