using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Store;

/// <summary>An image that is in the store, whole and durable. Nobody writes to it.</summary>
/// <param name="Digest">What it is: of an archive the digest of the file, of a layout that of the manifest, of a directory that of its tree.</param>
/// <param name="Reference">The reference it was first stored for.</param>
/// <param name="Root">The absolute path of its root file system.</param>
/// <param name="BytesOnDisk">What it takes on disk.</param>
/// <param name="Entries">Its files, directories and links.</param>
/// <param name="StoredAt">When it was stored.</param>
public sealed record StoredImage(ContentDigest Digest, string Reference, string Root, long BytesOnDisk, long Entries, DateTimeOffset StoredAt);
