using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Verification;

/// <summary>What one evaluation of a check found.</summary>
/// <param name="Outcome">Passed, not yet, or never.</param>
/// <param name="Evidence">What was seen, one line, free of secrets: <c>HTTP 200 from pid 812 (kubelet.service of kube2)</c>.</param>
public sealed record CheckResult(CheckOutcome Outcome, string Evidence)
{
    /// <summary>A pass.</summary>
    public static CheckResult Passed(string evidence) => new(CheckOutcome.Passed, evidence);

    /// <summary>A failure that may pass later.</summary>
    public static CheckResult NotYet(string evidence) => new(CheckOutcome.NotYet, evidence);

    /// <summary>A failure that waiting can't mend: the gate ends at once.</summary>
    public static CheckResult Never(string evidence) => new(CheckOutcome.Never, evidence);
}

/// <summary>Outcome of one evaluation of a check.</summary>
[JsonConverter(typeof(CheckOutcomeJsonConverter))]
public enum CheckOutcome
{
    /// <summary>True now.</summary>
    Passed,

    /// <summary>Not true now; asking again makes sense until the deadline.</summary>
    NotYet,

    /// <summary>Not true, and waiting can't mend it (the wrong version runs).</summary>
    Never,
}

internal sealed class CheckOutcomeJsonConverter()
    : JsonStringEnumConverter<CheckOutcome>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
