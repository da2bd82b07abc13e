using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>What a transition does to the node.</summary>
[JsonConverter(typeof(TransitionKindJsonConverter))]
public enum TransitionKind
{
    /// <summary>The first side of a node that has none: there is nothing to go back to.</summary>
    Install,

    /// <summary>To the desired target, into the alternate.</summary>
    Swap,

    /// <summary>To the same configuration again, into the alternate (spec.operations.repaveCounter).</summary>
    Repave,

    /// <summary>Back to the side that was committed before, whose content was kept.</summary>
    Rollback,

    /// <summary>The active side again, in place (spec.operations.rebootCounter).</summary>
    Restart,
}

internal sealed class TransitionKindJsonConverter()
    : JsonStringEnumConverter<TransitionKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
