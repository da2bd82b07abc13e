using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Source-generated serialization of what is kept of slots.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SlotNote))]
internal sealed partial class SlotJson : JsonSerializerContext;
