namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>What is at a path.</summary>
/// <param name="Kind">File, link, directory, or something else.</param>
/// <param name="Digest">Lowercase hex SHA-256 of a file's content, or of a link's target; empty for the other kinds.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record HostFileInfo(HostFileKind Kind, string Digest, UnixFileMode Mode);

/// <summary>Kind of a file.</summary>
public enum HostFileKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A device, socket or pipe.</summary>
    Other,
}
