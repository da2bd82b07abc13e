using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>
/// A target as it was when its transition started (law 3). Configuration and policy are kept as the bytes they were frozen to, so that
/// fields of another version survive, and so that no text of this record can show a token.
/// </summary>
public sealed record FrozenTarget
{
    /// <summary>Fingerprint of the target.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Kubernetes version, without <c>v</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Image reference, null when the configuration names none.</summary>
    public string? Image { get; init; }

    /// <summary>Configuration and policy, JSON.</summary>
    public required ConfigBytes Content { get; init; }

    /// <summary>The applied config that a commit writes.</summary>
    public required ConfigBytes AppliedConfig { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Freezes a target.</summary>
    /// <param name="target">What a slot is to become.</param>
    /// <param name="appliedConfig">Its applied config.</param>
    public static FrozenTarget Freeze(Target target, ConfigBytes appliedConfig)
    {
        var content = new FrozenContent { Config = target.Config, Policy = target.Policy };
        return new()
        {
            Fingerprint = target.Fingerprint,
            Version = target.Config.Cluster.Version,
            Image = target.Config.OCIImage,
            Content = new(JsonSerializer.SerializeToUtf8Bytes(content, RecordJson.Default.FrozenContent)),
            AppliedConfig = appliedConfig,
        };
    }

    /// <summary>The target again.</summary>
    public Target Thaw()
    {
        var defaults = new JsonObject { ["policy"] = JsonSerializer.SerializeToNode(new UpdatePolicy(), RecordJson.Default.UpdatePolicy) };
        var content = StoredJson.Read(StoredJson.Completed(Content.Memory.Span, defaults), RecordJson.Default.FrozenContent);
        return new(Fingerprint, content.Config, content.Policy);
    }
}
