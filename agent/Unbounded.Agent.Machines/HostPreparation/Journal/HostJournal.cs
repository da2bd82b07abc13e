using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Machines.HostPreparation.Journal;

/// <summary>
/// What installing really changed, in order: <c>/var/lib/unbounded/agent/host.json</c>. Immutable; each step saves a new one.
/// Unknown fields are kept, a newer <see cref="Version"/> is refused (law 15).
/// </summary>
internal sealed record HostJournal
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Whether the ancestor's agent had set the host up: then undoing also removes what it had left.</summary>
    public bool Ancestor { get; init; }

    /// <summary>When the first installation began, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>In the order in which they were made; undone from the end.</summary>
    public IReadOnlyList<HostJournalEntry> Changes { get; init; } = [];

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    public HostJournalEntry? Find(string name) => Changes.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal));

    /// <summary>Replaces the entry of that name, or appends it.</summary>
    public HostJournal With(HostJournalEntry entry) => this with
    {
        Changes = Find(entry.Name) is null
            ? [.. Changes, entry]
            : [.. Changes.Select(c => string.Equals(c.Name, entry.Name, StringComparison.Ordinal) ? entry : c)],
    };

    public HostJournal Without(string name) => this with
    {
        Changes = [.. Changes.Where(c => !string.Equals(c.Name, name, StringComparison.Ordinal))],
    };
}
