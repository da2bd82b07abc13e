namespace Unbounded.Agent.Linux.Kernel;

/// <summary>One entry of a directory.</summary>
/// <param name="Name">Its name, bytes as the file system has them.</param>
/// <param name="Kind">What it is; <see cref="FileKind.None"/> where the file system does not say.</param>
public sealed record DirectoryEntry(byte[] Name, FileKind Kind);
