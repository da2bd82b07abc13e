using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>A plan as people read it.</summary>
public static class PlanText
{
    /// <summary>Several lines: what and why, the steps in order, what is kept and lost, how long the node is down. Free of secrets.</summary>
    public static string Describe(this Plan plan)
    {
        var text = new StringBuilder();
        text.Append(Title(plan.Kind)).Append(": ").Append(plan.Summary).Append('\n');
        if (plan.Refusal is { } refusal)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {refusal.Code}: {refusal.Cause}\n  {refusal.NextStep}\n");
        }

        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            text.Append(CultureInfo.InvariantCulture, $"  {i + 1,2}. {step.Description}");
            text.Append(step.Kind == StepKind.Commit ? "  <- the point of no return" : "");
            text.Append(step.Prediction is { } prediction ? $" ({prediction})" : "").Append('\n');
        }

        foreach (var note in plan.Notes)
        {
            text.Append("   - ").Append(note).Append('\n');
        }

        if (plan.LookAgainAt is { } at)
        {
            text.Append(CultureInfo.InvariantCulture, $"  looked at again at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n");
        }

        return text.ToString();
    }

    private static string Title(PlanKind kind) => kind switch
    {
        PlanKind.Nothing => "Nothing to do",
        PlanKind.Waiting => "Waiting",
        PlanKind.Held => "Held back",
        PlanKind.Refused => "Refused",
        PlanKind.Install => "Install",
        PlanKind.Adopt => "Adopt",
        PlanKind.Swap => "Swap",
        PlanKind.Repave => "Repave",
        PlanKind.Rollback => "Roll back",
        PlanKind.Restart => "Restart",
        PlanKind.ApplyLive => "Apply without a swap",
        PlanKind.Resume => "Resume",
        PlanKind.Repair => "Repair",
        _ => "Housekeeping",
    };
}
