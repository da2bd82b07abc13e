using System.Text.Json.Serialization;

namespace Unbounded.Agent.Wishing;

/// <summary>The last accepted content of the local Machine.</summary>
/// <param name="Sha256">Lowercase hex digest of its bytes.</param>
/// <param name="Generation">Its generation.</param>
internal sealed record KnownGeneration(string Sha256, long Generation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KnownGeneration))]
internal sealed partial class GenerationJson : JsonSerializerContext;
