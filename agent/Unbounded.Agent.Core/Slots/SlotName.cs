using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Slots;

/// <summary>The name of a slot: <c>kube1</c> or <c>kube2</c> for machines, <c>A</c> or <c>B</c> for partitions.</summary>
/// <param name="Value">The name as it is written in files and shown to people.</param>
[JsonConverter(typeof(SlotNameJsonConverter))]
public readonly record struct SlotName(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class SlotNameJsonConverter : JsonConverter<SlotName>
{
    public override SlotName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("a slot name must not be null"));

    public override void Write(Utf8JsonWriter writer, SlotName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
