using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>How a transition ended.</summary>
[JsonConverter(typeof(TransitionResultJsonConverter))]
public enum TransitionResult
{
    /// <summary>Committed (or restarted and verified).</summary>
    Succeeded,

    /// <summary>Given up before the node was touched.</summary>
    Failed,

    /// <summary>Given up after it, and put back.</summary>
    RolledBack,
}

internal sealed class TransitionResultJsonConverter()
    : JsonStringEnumConverter<TransitionResult>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
