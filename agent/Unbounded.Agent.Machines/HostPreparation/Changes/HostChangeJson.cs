using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FileState))]
[JsonSerializable(typeof(DirectoriesState))]
[JsonSerializable(typeof(UnitState))]
[JsonSerializable(typeof(MaskedUnitsState))]
[JsonSerializable(typeof(SwapState))]
[JsonSerializable(typeof(SysctlState))]
[JsonSerializable(typeof(ModulesState))]
[JsonSerializable(typeof(PackagesState))]
[JsonSerializable(typeof(NetworkState))]
[JsonSerializable(typeof(EmptyState))]
internal sealed partial class HostChangeJson : JsonSerializerContext;
