namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>What is published.</summary>
public sealed record Publication
{
    /// <summary>The image: raw, or compressed with zstd, gzip or xz.</summary>
    public required string File { get; init; }

    /// <summary>
    /// The same image, not compressed: published beside <see cref="File"/> with its block index, so that hosts fetch only the blocks that they lack. The same path
    /// where the image is published as it is. Null: hosts always fetch it whole.
    /// </summary>
    public string? Raw { get; init; }

    /// <summary>Version of the system in it.</summary>
    public required string Version { get; init; }

    /// <summary>Its channel. Default <c>stable</c>.</summary>
    public string Channel { get; init; } = "stable";

    /// <summary>Processor architecture as Debian writes it: <c>amd64</c>, <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The oldest version that may be updated to this one, null: any.</summary>
    public string? MinimumVersion { get; init; }

    /// <summary>File with the private key that it is signed with, PEM; null: it is not signed, and hosts take it by its digest only.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Whether another image of this version and architecture is replaced.</summary>
    public bool Replace { get; init; }
}
