using System.Text.Json.Serialization;
using Unbounded.Agent.Commands.Image;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Commands.Preflight;
using Unbounded.Agent.Commands.Status;
using Unbounded.Agent.Commands.Update;
using Unbounded.Agent.Commands.Version;
using Unbounded.Agent.Following;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Simulation;

namespace Unbounded.Agent.Cli;

/// <summary>Source-generated serialization of what commands print.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(ReportedUpdate))]
[JsonSerializable(typeof(ReportedWork))]
[JsonSerializable(typeof(LockHolder))]
[JsonSerializable(typeof(PreflightDocument))]
[JsonSerializable(typeof(TransitionReport))]
[JsonSerializable(typeof(SelfTestReport))]
[JsonSerializable(typeof(UpdateOfferDocument))]
[JsonSerializable(typeof(UpdateEndDocument))]
[JsonSerializable(typeof(UpdateStatusDocument))]
[JsonSerializable(typeof(ImageIndexDocument))]
[JsonSerializable(typeof(Published))]
internal sealed partial class FrontDoorJson : JsonSerializerContext;
