using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.HostPreparation.Journal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HostJournal))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
internal sealed partial class HostJournalJson : JsonSerializerContext;
