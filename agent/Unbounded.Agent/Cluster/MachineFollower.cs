using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Cluster;

/// <summary>
/// Follows this host's own Machine, and no other: keeps what it says on the host and wakes the daemon when that changed; registers it where there is none.
/// Nothing that the API server does or fails to do changes what is in force but an edit of the Machine.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="name">Name of the Machine.</param>
/// <param name="kept">Where the Machine is kept.</param>
/// <param name="register">What to register; null: nothing is in force yet.</param>
/// <param name="wake">Wakes the daemon.</param>
/// <param name="reflector">Follows the Machine.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class MachineFollower(
    KubernetesClient client,
    string name,
    ClusterMachine kept,
    Func<CancellationToken, Task<byte[]?>> register,
    Action wake,
    Reflector reflector,
    TimeProvider time,
    ILogger<MachineFollower> logger)
{
    /// <summary>Who the server says owns the fields of a registration.</summary>
    public const string Manager = "unbounded-agent-registration";

    /// <summary>Machines.</summary>
    public static readonly ResourcePath Machines = new(Machine.GroupVersion, "machines");

    private static readonly TimeSpan RegisterAgain = TimeSpan.FromSeconds(10);

    private ErrorCode? _said;
    private bool _reached;
    private string? _seen;
    private volatile ClusterState _state = new(Problem: null);

    /// <summary>How it goes.</summary>
    public ClusterState State => _state;

    /// <summary>Called when the server can be asked, or the Machine was made anew: whoever waits to tell it something may try.</summary>
    public Action<string?>? Reached { get; init; }

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        LogFollowed(name, client.Endpoint.Server.Authority);
        await foreach (var reflection in reflector.FollowAsync(cancellationToken))
        {
            switch (reflection)
            {
                case Reflection.Listed { Objects: [] }:
                    Regain();
                    await RegisterAsync(cancellationToken);
                    break;
                case Reflection.Listed { Objects: [var machine, ..] }:
                    Regain();
                    await KeepAsync(machine, cancellationToken);
                    break;
                case Reflection.Changed { Item: var machine }:
                    await KeepAsync(machine, cancellationToken);
                    break;
                case Reflection.Deleted:
                    // What it said stays in force: nobody loses a node by deleting its description.
                    await RegisterAsync(cancellationToken);
                    break;
                case Reflection.Regained:
                    Regain();
                    Reached?.Invoke(_seen);
                    break;
                case Reflection.Lost { Error: var error }:
                    Lose(error);
                    break;
            }
        }
    }

    private async Task KeepAsync(ApiObject machine, CancellationToken cancellationToken)
    {
        var anew = _seen != machine.Meta.Uid;
        _seen = machine.Meta.Uid;
        try
        {
            if (await kept.KeepAsync(machine, cancellationToken))
            {
                LogChanged(machine.Meta.Name, machine.Meta.Generation);
                wake();
            }
        }
        catch (AgentException e)
        {
            LogNotKept(e);
        }

        if (anew)
            Reached?.Invoke(_seen);
    }

    // The watch goes on behind it: whoever else makes the Machine is heard of at once.
    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        while (await register(cancellationToken) is { } machine)
        {
            try
            {
                // Applied, not created: a rule can allow that for one name only.
                var made = await client.ApplyAsync(Machines.Of(name), machine, Manager, force: false, cancellationToken);
                LogRegistered(name);
                await KeepAsync(made, cancellationToken);
                return;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.Conflict)
            {
                return;
            }
            catch (AgentException e)
            {
                Lose(e);
                await Task.Delay(RegisterAgain, time, cancellationToken);
            }
        }
    }

    private void Lose(AgentException error)
    {
        _state = new(ErrorRecord.From(error));
        if (_said == error.Code)
            return;
        _said = error.Code;
        LogLost(error);
        wake();
    }

    private void Regain()
    {
        // The first time, too: what the host says of the cluster may be of another identity's time.
        var isNews = !_reached || _said is not null;
        (_state, _said, _reached) = (new(Problem: null), null, true);
        if (isNews)
            wake();
    }
}
