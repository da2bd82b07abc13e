using System.Text.Json.Serialization;

namespace Unbounded.Agent.Progress;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LiveProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
