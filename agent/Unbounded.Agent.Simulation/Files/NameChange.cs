namespace Unbounded.Agent.Simulation.Files;

/// <summary>A change of names that has not reached the disk: it does as a whole or not at all, as a journal brings it about.</summary>
/// <param name="Text">For people.</param>
/// <param name="Removed">The directory and name that goes, and what it named; null for none.</param>
/// <param name="Added">The directory and name that comes, and what it names; null for none.</param>
internal sealed record NameChange(string Text, (int Directory, string Name, int Inode)? Removed, (int Directory, string Name, int Inode)? Added)
{
    /// <summary>Directories that must be synced yet before it is durable.</summary>
    public required IReadOnlyList<int> Unsynced { get; init; }
}
