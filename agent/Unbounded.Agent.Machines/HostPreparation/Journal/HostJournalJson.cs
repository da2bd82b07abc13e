using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.HostPreparation.Journal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HostJournal))]
internal sealed partial class HostJournalJson : JsonSerializerContext;
