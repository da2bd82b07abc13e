using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.HostPreparation.Journal;

/// <summary>One change in the journal.</summary>
/// <param name="Name">The change.</param>
/// <param name="Status">How far it is.</param>
/// <param name="State">What undoing needs, as the change wrote it.</param>
internal sealed record HostJournalEntry(string Name, HostChangeStatus Status, JsonElement State)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>How far a change is. Each is durable before the effects that it announces.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostChangeStatus>))]
internal enum HostChangeStatus
{
    /// <summary>Its effects may have begun.</summary>
    [JsonStringEnumMemberName("applying")]
    Applying,

    /// <summary>It is made.</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>Its undoing may have begun.</summary>
    [JsonStringEnumMemberName("undoing")]
    Undoing,

    /// <summary>It is undone; kept until nothing is left to undo.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}
