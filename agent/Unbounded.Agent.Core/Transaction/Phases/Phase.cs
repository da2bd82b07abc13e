using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Phases;

/// <summary>
/// How far an update is. Names and meaning as in the ancestor's state file; what each means for machines stands beside it.
/// </summary>
[JsonConverter(typeof(PhaseJsonConverter))]
public enum Phase
{
    /// <summary>Nothing was ever tried, or the last outcome was put aside.</summary>
    Idle,

    /// <summary>Looking for something newer.</summary>
    Checking,

    /// <summary>Image and node software are brought into the store, the alternate is filled and booted.</summary>
    Downloading,

    /// <summary>The alternate is booted and held back; the running node was not touched.</summary>
    Staged,

    /// <summary>The handover has begun: from here on giving up means rolling back.</summary>
    Activated,

    /// <summary>The gate is running.</summary>
    Verifying,

    /// <summary>Committed.</summary>
    Success,

    /// <summary>Given up after activation: the old side runs again.</summary>
    RolledBack,

    /// <summary>Given up before activation: the running node was never touched.</summary>
    Failed,
}

internal sealed class PhaseJsonConverter()
    : JsonStringEnumConverter<Phase>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
