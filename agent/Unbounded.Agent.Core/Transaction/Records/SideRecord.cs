using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>A side that was committed: the active one, or the one before it whose content is kept.</summary>
public sealed record SideRecord
{
    /// <summary>Its slot.</summary>
    public required SlotName Slot { get; init; }

    /// <summary>Fingerprint of its target; null for a side that was adopted.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Kubernetes version, without <c>v</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Image reference, null when its configuration names none.</summary>
    public string? Image { get; init; }

    /// <summary>The applied config, exactly as it is (or was) written for this side.</summary>
    public required ConfigBytes AppliedConfig { get; init; }

    /// <summary>When it was committed or adopted.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
