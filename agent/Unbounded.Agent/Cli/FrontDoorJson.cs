using System.Text.Json.Serialization;
using Unbounded.Agent.Commands.Version;

namespace Unbounded.Agent.Cli;

/// <summary>Source-generated serialization of what commands print.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class FrontDoorJson : JsonSerializerContext;
