using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>A file that installing writes.</summary>
/// <param name="Name">Name of the change.</param>
/// <param name="Path">Where.</param>
/// <param name="Purpose">Why, for people: half a sentence.</param>
/// <param name="Content">What goes into it; null: what is there stays.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record FileSpec(string Name, string Path, string Purpose, HostContent? Content, UnixFileMode Mode = FileSpec.Readable)
{
    /// <summary>0644.</summary>
    public const UnixFileMode Readable = (UnixFileMode)0b110_100_100;

    /// <summary>0600.</summary>
    public const UnixFileMode Secret = (UnixFileMode)0b110_000_000;

    /// <summary>0755.</summary>
    public const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>A file that is there already is the owner's and stays.</summary>
    public bool OnlyWhereMissing { get; init; }

    /// <summary>A directory without which the host has no use for the file; null: every host has.</summary>
    public string? Needs { get; init; }

    /// <summary>The ancestor's agent puts a file of its own there.</summary>
    public bool AncestorHasIt { get; init; }
}
