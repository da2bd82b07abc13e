using Unbounded.Agent.Output;

namespace Unbounded.Agent.Commands.Plan;

/// <summary>A plan as text for people.</summary>
internal static class PlanText
{
    public static void Write(PlanReport plan, TextWriter writer)
    {
        writer.WriteLine($"{plan.Kind}: {plan.Summary}");
        if (plan.Transition is { } t)
            writer.WriteLine($"  {t.From ?? "(nothing)"} -> {t.To}{Target(t)}");
        if (plan.PredictedDowntimeMilliseconds is { } down)
            writer.WriteLine($"  predicted downtime: {Human.Duration(TimeSpan.FromMilliseconds(down))}");
        if (plan.LookAgainAt is { } again)
            writer.WriteLine($"  looked at again: {Human.Instant(again)}");
        if (plan.Refusal is { } refusal)
        {
            writer.WriteLine($"  {refusal.Message} [{refusal.Code}]");
            writer.WriteLine($"  why:  {refusal.Cause}");
            writer.WriteLine($"  next: {refusal.NextStep}");
        }

        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            var prediction = step.Prediction is null ? "" : $" ({step.Prediction})";
            writer.WriteLine($"{i + 1,3}. {step.Step,-16} {step.Description}{prediction}");
        }

        foreach (var note in plan.Notes)
            writer.WriteLine($"note: {note}");
        foreach (var warning in plan.Warnings)
            writer.WriteLine($"warning: {warning}");
    }

    private static string Target(PlannedTransition transition)
    {
        var version = transition.KubernetesVersion is null ? "" : $", Kubernetes {transition.KubernetesVersion}";
        return transition.Image is null ? version : $"{version}, {transition.Image}";
    }
}
