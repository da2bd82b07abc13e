using System.Text.Json.Serialization;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Commands.Version;

namespace Unbounded.Agent.Cli;

/// <summary>Source-generated serialization of what commands print.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(PlanReport))]
internal sealed partial class FrontDoorJson : JsonSerializerContext;
