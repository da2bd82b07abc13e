using System.Collections.Immutable;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>A file, link or directory, as the cache has it and as the disk has it. Immutable, so that a copy of a whole file system costs little.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permissions.</param>
internal sealed record Inode(int Id, FileKind Kind, UnixFileMode Mode)
{
    private static readonly ImmutableSortedDictionary<string, int> NoNames = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>A file's content as readers see it.</summary>
    public byte[] Cached { get; init; } = [];

    /// <summary>A file's content on the disk.</summary>
    public byte[] Durable { get; init; } = [];

    /// <summary>What a link says; links are durable with their name.</summary>
    public string? Target { get; init; }

    /// <summary>A directory's names as readers see them.</summary>
    public ImmutableSortedDictionary<string, int> Names { get; init; } = NoNames;

    /// <summary>A directory's names on the disk.</summary>
    public ImmutableSortedDictionary<string, int> DurableNames { get; init; } = NoNames;

    /// <summary>In memory only, gone with the power (tmpfs).</summary>
    public bool Volatile { get; init; }

    /// <summary>Whether a sync of it failed: the kernel takes what could not be written for written, so that no later sync helps.</summary>
    public bool SyncFailed { get; init; }

    /// <summary>Whether the disk lacks content that readers see.</summary>
    public bool IsDirty => !Volatile && !ReferenceEquals(Cached, Durable);
}
