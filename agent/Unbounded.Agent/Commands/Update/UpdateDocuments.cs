using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Commands.Update;

/// <summary>What <c>update check --output json</c> prints (docs/schemas/update-check.schema.json).</summary>
internal sealed record UpdateOfferDocument(
    string CurrentVersion,
    string? AvailableVersion,
    string? Channel,
    bool UpdateAvailable,
    IReadOnlyList<string> Obstacles,
    IReadOnlyList<string> Notes)
{
    public static UpdateOfferDocument From(UpdateOffer offer) => new(
        offer.CurrentVersion, offer.Image?.Version, offer.Image?.Channel, offer.IsNewer, offer.Obstacles, offer.Notes);
}

/// <summary>What the commands that change something print (docs/schemas/update.schema.json).</summary>
internal sealed record UpdateEndDocument(bool Succeeded, string Summary, bool Reboots, UpdateStateDocument State, IReadOnlyList<UpdateCheckDocument> Checks)
{
    public static UpdateEndDocument From(UpdateEnd end) => new(
        end.Succeeded,
        end.Summary,
        end.Reboots,
        UpdateStateDocument.From(end.State),
        [.. end.Checks.Select(c => new UpdateCheckDocument(c.Name, c.Outcome == CheckOutcome.Passed, c.Evidence, c.Milliseconds))]);
}

/// <summary>One check.</summary>
internal sealed record UpdateCheckDocument(string Name, bool Passed, string Evidence, long Milliseconds);

/// <summary>The state, with the words of <c>state.json</c>.</summary>
internal sealed record UpdateStateDocument(
    string Phase,
    string FromVersion,
    string ToVersion,
    DateTimeOffset? StartedAt,
    DateTimeOffset? UpdatedAt,
    string LastError,
    int AttemptCount,
    int HealthCheckFailures)
{
    public static UpdateStateDocument From(UpdateState state) => new(
        state.Phase.Text(),
        state.FromVersion,
        state.ToVersion,
        state.StartedAt,
        state.UpdatedAt,
        state.LastError,
        state.AttemptCount,
        state.HealthCheckFailures);
}

/// <summary>What <c>update status --output json</c> prints (docs/schemas/update-status.schema.json).</summary>
internal sealed record UpdateStatusDocument(
    UpdateStateDocument State,
    string RunningSlot,
    string NextSlot,
    string BootLoader,
    int BootCounter,
    bool BootSuccess,
    IReadOnlyList<UpdateSlot> Slots)
{
    public static UpdateStatusDocument From(UpdateStatus status) => new(
        UpdateStateDocument.From(status.State),
        status.RunningSlot,
        status.NextSlot,
        status.BootLoader,
        status.BootCounter,
        status.BootSuccess,
        status.Slots);
}
