using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Requests;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentRequest))]
[JsonSerializable(typeof(ErrorRecord))]
internal sealed partial class RequestJson : JsonSerializerContext;
