using System.Text.Json.Serialization;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Slots;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SlotMark))]
[JsonSerializable(typeof(List<HostBind>))]
internal sealed partial class MachinesJson : JsonSerializerContext;
