using System.Net.Sockets;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.SlotsServer;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>The machines backend of a test host, in a process of its own there.</summary>
/// <param name="socket">Where it listens.</param>
internal sealed class RemoteSlots(string socket) : ISlots
{
    // Longer than anything the backend waits for: a test that hangs shall say where.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public IReadOnlyList<SlotName> Names { get; } = [new("kube1"), new("kube2")];

    public async Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken) =>
        (await AskAsync(new(Verb.Inspect, Names[0]), cancellationToken)).Observation!;

    public Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        AskAsync(new(Verb.Prepare, slot) { Target = SlotsRequest.Freeze(target) }, cancellationToken);

    public Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        AskAsync(new(Verb.Deactivate, slot) { Grace = podGrace }, cancellationToken);

    public async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken) =>
        (await AskAsync(new(Verb.Activate, slot), cancellationToken)).Activation!.Value;

    // The one method of the contract that is not asynchronous: it describes, and asks nothing of the host.
    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target)
    {
        var names = AskAsync(new(Verb.Checks, slot) { Target = SlotsRequest.Freeze(target) }, CancellationToken.None).GetAwaiter().GetResult().Checks!;
        return [.. names.Select(n => new RemoteCheck(n, token => CheckAsync(n.Name, token)))];

        async Task<CheckResult> CheckAsync(string name, CancellationToken cancellationToken) =>
            (await AskAsync(new(Verb.Check, slot) { Check = name }, cancellationToken)).Check!;
    }

    public Task CommitAsync(SlotName slot) => AskAsync(new(Verb.Commit, slot), CancellationToken.None);

    public async Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        (await AskAsync(new(Verb.Revert, failed) { Good = good, Grace = podGrace }, cancellationToken)).Activation!.Value;

    public Task RetireAsync(SlotName slot, CancellationToken cancellationToken) => AskAsync(new(Verb.Retire, slot), cancellationToken);

    public Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken) => AskAsync(new(Verb.Release, slot), cancellationToken);

    public Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        AskAsync(new(Verb.Revive, slot) { Target = SlotsRequest.Freeze(target) }, cancellationToken);

    public async Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        (await AskAsync(new(Verb.Restart, slot) { Grace = podGrace }, cancellationToken)).Activation!.Value;

    public Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) =>
        AskAsync(new(Verb.ApplyLive, slot) { Target = SlotsRequest.Freeze(target) }, cancellationToken);

    private async Task<SlotsReply> AskAsync(SlotsRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), limit.Token);
        await using var stream = new NetworkStream(connection);
        await Connection.SendAsync(stream, request with { Cancelled = cancellationToken.IsCancellationRequested }, limit.Token);
        // One that was cancelled before the call is for the backend to refuse.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken.IsCancellationRequested ? CancellationToken.None : cancellationToken, limit.Token);
        try
        {
            return Check(request, await Connection.ReceiveAsync<SlotsReply>(stream, both.Token));
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Verb} of {request.Slot}: no answer within {Limit}", e);
        }
    }

    private static SlotsReply Check(SlotsRequest request, SlotsReply? reply) => reply switch
    {
        null => throw new IOException($"{request.Verb} of {request.Slot}: the backend's process ended"),
        { Fault: { } fault } => throw new InvalidOperationException($"{request.Verb} of {request.Slot}: {fault}"),
        { Cancelled: true } => throw new OperationCanceledException($"{request.Verb} of {request.Slot}"),
        { Error: { } e } => throw new AgentException(new ErrorCode(e.Code, ErrorKind.TransitionFailed), e.Message, e.Cause, e.NextStep),
        _ => reply,
    };

    private sealed class RemoteCheck(CheckName name, Func<CancellationToken, Task<CheckResult>> evaluate) : ICheck
    {
        public string Name => name.Name;

        public TimeSpan Timeout => name.Timeout;

        public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) => evaluate(cancellationToken);
    }
}
