using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Fleet.Events;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Queueing;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>
/// Approves the requests of a fleet's machines while this process leads. What has an objection is left waiting for a person, said once for each objection, and looked at
/// again when its Machine changes, and now and then; nothing is ever denied.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="options">Times.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="loggers">The log.</param>
internal sealed partial class ApprovingLoop(KubernetesClient client, ApprovingOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
{
    private const string Who = "unbounded-agent controller";
    private const int LongestObjection = 900;

    // Every server of this version of the API offers the field; what comes all the same is passed over by its reader.
    private static readonly Selection OfTheSigner = new($"spec.signerName={SigningRequest.ClientSigner}");

    private readonly ILogger _logger = loggers.CreateLogger<ApprovingLoop>();
    private readonly Registrations _registrations = new(client);
    private readonly BootstrapTokens _tokens = new(client, time);
    private readonly Approvals _approvals = new(client);
    private readonly FleetEvents _events = new(client, time);
    private readonly ConcurrentDictionary<string, string> _said = new(StringComparer.Ordinal);
    private int _unread;

    /// <summary>Approves until the term is over. One term, one loop.</summary>
    public async Task RunAsync(Term term)
    {
        var queue = new WorkQueue(options.Queue, time, random, loggers.CreateLogger<WorkQueue>());
        var requests = new Informer<KnownRequest>("requests for machines' certificates", Follow(SigningRequest.Path, OfTheSigner), KnownRequest.Of, queue.Add, _logger);
        var machines = new Informer<MachineClaim>(
            "Machines",
            Follow(MachineClaim.Path, Selection.All),
            MachineClaim.Of,
            name =>
            {
                foreach (var request in requests.All.Where(r => r.Waits && r.Machine == name))
                    queue.Add(request.Name);
            },
            _logger);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(term.Token);
        Task[] parts = [requests.RunAsync(ended.Token), machines.RunAsync(ended.Token), WorkAsync(queue, requests, machines, term, ended.Token)];
        // None of them ends before it is told to, unless by a fault: then all do.
        await Task.WhenAny(parts);
        await ended.CancelAsync();
        await Task.WhenAll(parts);
        term.ThrowIfOver();
    }

    private Func<CancellationToken, IAsyncEnumerable<Reflection>> Follow(ResourcePath path, Selection selection) =>
        new Reflector(client, path, selection, options.Reflector, time, random).FollowAsync;

    private async Task WorkAsync(WorkQueue queue, Informer<KnownRequest> requests, Informer<MachineClaim> machines, Term term, CancellationToken ended)
    {
        // Whose token it is can be said only when all machines are known.
        await Task.WhenAll(requests.Listed, machines.Listed).WaitAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await queue.RunAsync((name, stop) => JudgeAsync(name, requests, machines, term, stop), ended);
    }

    private async Task<TimeSpan?> JudgeAsync(string name, Informer<KnownRequest> requests, Informer<MachineClaim> machines, Term term, CancellationToken cancellationToken)
    {
        if (await WaitingAsync(name, requests, cancellationToken) is not var (item, request, machine))
        {
            _said.TryRemove(name, out _);
            return null;
        }

        var claim = await _registrations.ReadAsync(machine, cancellationToken);
        var objection = FleetRules.Objection(request, claim, machines.All, requests.All);
        if (objection is null && FleetRules.IsByToken(request, claim))
            objection = await TokenObjectionAsync(claim.TokenSecret!, cancellationToken);
        if (objection is not null)
        {
            await SayAsync(request, claim, Redaction.Kept(objection, LongestObjection), cancellationToken);
            return options.LookAgain;
        }

        term.ThrowIfOver();
        await _approvals.ApproveAsync(item, request, machine, Who, cancellationToken);
        var fingerprint = ApprovalRules.FingerprintOf(request);
        LogApproved(name, machine, fingerprint, request.Requester);
        _said.TryRemove(name, out _);
        await TellAsync(FleetEvent.Approved(request, claim), cancellationToken);
        return null;
    }

    private async Task<(ApiObject Item, SigningRequest Request, string Machine)?> WaitingAsync(string name, Informer<KnownRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Find(name) is not { Waits: true })
            return null;
        try
        {
            var item = await client.GetAsync(SigningRequest.Path.Of(name), cancellationToken);
            var request = SigningRequest.Of(item);
            return !request.IsApproved && request.Refusal is null && ApprovalRules.MachineOf(request) is { } machine ? (item, request, machine) : null;
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> TokenObjectionAsync(string secret, CancellationToken cancellationToken)
    {
        try
        {
            return await _tokens.ObjectionAsync(secret, cancellationToken);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Forbidden)
        {
            if (Interlocked.Exchange(ref _unread, 1) == 0)
                LogTokensUnread(e);
            return null;
        }
    }

    private async Task SayAsync(SigningRequest request, MachineClaim claim, string objection, CancellationToken cancellationToken)
    {
        if (_said.TryGetValue(request.Name, out var said) && said == objection)
            return;
        _said[request.Name] = objection;
        LogWaits(request.Name, claim.Name, objection);
        await TellAsync(FleetEvent.Waits(request, claim, objection), cancellationToken);
    }

    private async Task TellAsync(FleetEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            await _events.TellAsync(happened, cancellationToken);
        }
        catch (AgentException e)
        {
            // The log has it: an event stands in nothing's way.
            LogNotTold(e, happened.Machine);
        }
    }
}
