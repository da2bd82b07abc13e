using System.Collections.Concurrent;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.SlotsServer;

/// <summary>Carries calls out.</summary>
internal sealed class Calls(ISlots slots)
{
    // A gate's checks know of each other: those of one list belong together.
    private readonly ConcurrentDictionary<SlotName, IReadOnlyList<ICheck>> _checks = new();

    public async Task<SlotsReply> AnswerAsync(SlotsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(request, request.Cancelled ? new CancellationToken(canceled: true) : cancellationToken);
        }
        catch (AgentException e)
        {
            return new() { Error = ErrorRecord.From(e) };
        }
        catch (OperationCanceledException)
        {
            return new() { Cancelled = true };
        }
        catch (Exception e)
        {
            // Nothing that happens here may look like an end of the connection: the test shall see it.
            return new() { Fault = e.ToString() };
        }
    }

    private async Task<SlotsReply> CallAsync(SlotsRequest r, CancellationToken cancellationToken)
    {
        var progress = Silence.Instance;
        switch (r.Verb)
        {
            case Verb.Inspect:
                return new() { Observation = await slots.InspectAsync(cancellationToken) };
            case Verb.Activate:
                return new() { Activation = await slots.ActivateAsync(r.Slot, progress, cancellationToken) };
            case Verb.Revert:
                return new() { Activation = await slots.RevertAsync(r.Slot, r.Good, r.Grace, progress, cancellationToken) };
            case Verb.Restart:
                return new() { Activation = await slots.RestartAsync(r.Slot, r.Grace, progress, cancellationToken) };
            case Verb.Checks:
                _checks[r.Slot] = slots.Checks(r.Slot, Target(r));
                return new() { Checks = [.. _checks[r.Slot].Select(c => new CheckName(c.Name, c.Timeout))] };
            case Verb.Check:
                return new() { Check = await _checks[r.Slot].Single(c => c.Name == r.Check).EvaluateAsync(cancellationToken) };
            default:
                await ChangeAsync(r, progress, cancellationToken);
                return new();
        }
    }

    private Task ChangeAsync(SlotsRequest r, IStepProgress progress, CancellationToken cancellationToken) => r.Verb switch
    {
        Verb.Prepare => slots.PrepareAsync(r.Slot, Target(r), progress, cancellationToken),
        Verb.Deactivate => slots.DeactivateAsync(r.Slot, r.Grace, progress, cancellationToken),
        Verb.Commit => slots.CommitAsync(r.Slot),
        Verb.Retire => slots.RetireAsync(r.Slot, cancellationToken),
        Verb.Release => slots.ReleaseAsync(r.Slot, cancellationToken),
        Verb.Revive => slots.ReviveAsync(r.Slot, Target(r), progress, cancellationToken),
        Verb.ApplyLive => slots.ApplyLiveAsync(r.Slot, Target(r), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(r), r.Verb, "no such call"),
    };

    private static Target Target(SlotsRequest r) => (r.Target ?? throw new ArgumentException($"{r.Verb} needs a target", nameof(r))).Thaw();
}
