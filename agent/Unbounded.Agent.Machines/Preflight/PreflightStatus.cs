using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreflightStatus>))]
public enum PreflightStatus
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Not looked at.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>A node runs, but something will be missed.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>No node will run.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
