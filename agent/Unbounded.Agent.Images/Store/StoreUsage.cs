namespace Unbounded.Agent.Images.Store;

/// <summary>What the store takes and has left.</summary>
/// <param name="Images">Images stored.</param>
/// <param name="ImageBytes">Bytes they take on disk.</param>
/// <param name="AvailableBytes">Bytes left on the file system.</param>
/// <param name="AvailableInodes">Inodes left on the file system.</param>
public sealed record StoreUsage(int Images, long ImageBytes, long AvailableBytes, long AvailableInodes);
