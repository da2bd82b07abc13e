using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cluster.Events;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Watching;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Cluster;

/// <summary>Everything that goes on with one API server under one identity.</summary>
internal sealed class ClusterSession
{
    private readonly StatusTeller _status;
    private readonly EventTeller _events;
    private readonly IdentityKeeper? _keeper;

    public ClusterSession(
        KubernetesClient client,
        ClusterSettings settings,
        EntranceKind kind,
        DesiredFiles files,
        IDurableStore store,
        AgentPaths paths,
        Action wake,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var name = settings.MachineName;
        (Client, NodeName) = (client, settings.NodeName);
        _status = new StatusTeller(client, name, time, Random.Shared, loggers.CreateLogger<StatusTeller>());
        _events = new EventTeller(client, name, time, loggers.CreateLogger<EventTeller>());
        Follower = new MachineFollower(
            client, name, new ClusterMachine(store, paths), files.RegistrationAsync, wake, Named(MachineFollower.Machines, name), time, loggers.CreateLogger<MachineFollower>())
        {
            Reached = machine =>
            {
                _status.Try(machine);
                _events.Try(machine);
            },
        };
        Node = new NodeFollower(
            client, settings.NodeName, new NodeMemory(store, paths), wake, Named(NodeFollower.Nodes, settings.NodeName), time, loggers.CreateLogger<NodeFollower>());
        Pods = new SystemPods(client, settings.NodeName, time, loggers.CreateLogger<SystemPods>());
        var identity = new IdentityStore(store, paths, settings.Owner);
        _keeper = kind != EntranceKind.OwnIdentity ? null : new IdentityKeeper(
            identity,
            waits => new IdentityRequest(client, name, identity, waits, time, loggers.CreateLogger<IdentityRequest>()),
            wake,
            Random.Shared,
            time,
            loggers.CreateLogger<IdentityKeeper>());

        Reflector Named(ResourcePath path, string one) => new(client, path, Selection.Named(one), new ReflectorOptions(), time, Random.Shared);
    }

    /// <summary>The server.</summary>
    public KubernetesClient Client { get; }

    /// <summary>Name of this host's Node.</summary>
    public string NodeName { get; }

    /// <summary>How it goes.</summary>
    public ClusterState State => Follower.State with { Node = Node.Problem, OwnIdentity = _keeper is not null, Identity = _keeper?.Problem };

    /// <summary>Follows the Machine.</summary>
    public MachineFollower Follower { get; }

    /// <summary>Follows the Node.</summary>
    public NodeFollower Node { get; }

    /// <summary>Looks at the Node's pods.</summary>
    public SystemPods Pods { get; }

    /// <summary>Takes what is on this host now.</summary>
    public void Offer(StatusSnapshot snapshot, MachineStatus status)
    {
        _status.Offer(status);
        Node.Offer(snapshot);
        if (snapshot.Record is { } record)
        {
            _events.Offer(record);
            Pods.Offer(record);
        }
    }

    /// <summary>Goes on until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Together.RunAsync(
        [Follower.RunAsync, Node.RunAsync, Pods.RunAsync, _status.RunAsync, _events.RunAsync, .. _keeper is null ? [] : new Func<CancellationToken, Task>[] { _keeper.RunAsync }],
        cancellationToken);
}
