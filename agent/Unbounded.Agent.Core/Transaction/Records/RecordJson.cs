using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Transaction.Phases;

namespace Unbounded.Agent.Core.Transaction.Records;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(AgentRecord))]
[JsonSerializable(typeof(FrozenContent))]
[JsonSerializable(typeof(UpdateState))]
internal sealed partial class RecordJson : JsonSerializerContext;
