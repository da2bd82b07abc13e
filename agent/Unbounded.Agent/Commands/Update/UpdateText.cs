using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Commands.Update;

/// <summary>The answers of <c>update</c> for people.</summary>
internal static class UpdateText
{
    private const double MiB = 1 << 20;

    public static string Of(UpdateOffer offer)
    {
        var text = new StringBuilder();
        text.AppendLine(offer.Image is not { } image ? $"nothing to install; {offer.CurrentVersion} runs"
            : offer.IsNewer ? $"{image.Version} is available (channel {image.Channel}); {offer.CurrentVersion} runs"
            : $"nothing newer than {offer.CurrentVersion}, which runs; the index has {image.Version}");
        foreach (var obstacle in offer.Obstacles)
            text.AppendLine($"  - {obstacle}");
        foreach (var note in offer.Notes)
            text.AppendLine($"  note: {note}");
        return text.ToString();
    }

    public static string Of(UpdateEnd end)
    {
        var text = new StringBuilder();
        text.AppendLine($"{end.State.Phase.Text()}: {end.Summary}");
        foreach (var check in end.Checks)
            text.AppendLine($"  {(check.Outcome == CheckOutcome.Passed ? "ok    " : "FAILED")} {check.Name}: {check.Evidence}");
        if (end.Reboots)
            text.AppendLine("the host reboots now");
        return text.ToString();
    }

    public static string Of(UpdateStatus status)
    {
        var state = status.State;
        var text = new StringBuilder();
        text.AppendLine($"phase:     {state.Phase.Text()}{Versions(state)}");
        if (state.LastError.Length > 0)
            text.AppendLine($"error:     {state.LastError}");
        text.AppendLine($"running:   slot {status.RunningSlot}");
        text.AppendLine($"next boot: slot {status.NextSlot}{(status.BootSuccess ? "" : string.Create(CultureInfo.InvariantCulture, $", on trial, {status.BootCounter} boots left"))}");
        text.AppendLine($"attempts:  {state.AttemptCount.ToString(CultureInfo.InvariantCulture)}, failed health checks: {state.HealthCheckFailures.ToString(CultureInfo.InvariantCulture)}");
        foreach (var slot in status.Slots)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"slot {slot.Name}:    {slot.State}{(slot.Bootable ? "" : ", not bootable")}, version {slot.Version ?? "unknown"}, {slot.Device}, {slot.SizeBytes / MiB:0} MiB"));
        }

        return text.ToString();
    }

    private static string Versions(UpdateState state) => (state.FromVersion, state.ToVersion) switch
    {
        (_, "") => "",
        ("", var to) => $", version {to}",
        var (from, to) => $", {from} -> {to}",
    };
}
