using System.Text.Json.Serialization;

namespace Unbounded.Agent.Images.Registry;

/// <summary>Reading of what a registry says, without reflection.</summary>
[JsonSerializable(typeof(DockerConfig))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TagList))]
internal sealed partial class RegistryJson : JsonSerializerContext;

/// <summary>What an authorization service answers (distribution: token authentication).</summary>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("token")] string? Token,
    [property: JsonPropertyName("access_token")] string? AccessToken);

/// <summary>A page of tags (distribution specification, "Listing tags").</summary>
internal sealed record TagList([property: JsonPropertyName("tags")] List<string?>? Tags);
