using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>How far the current step of a transition is known to be.</summary>
[JsonConverter(typeof(StepStateJsonConverter))]
public enum StepState
{
    /// <summary>Its effect may have begun, and may have ended.</summary>
    Intent,

    /// <summary>Its effect ended.</summary>
    Done,
}

internal sealed class StepStateJsonConverter()
    : JsonStringEnumConverter<StepState>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
