using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Store;

/// <summary>Where one image's content comes from.</summary>
internal interface IImageSource
{
    /// <summary>Bytes there are to read; null when that is not known.</summary>
    long? SourceBytes { get; }

    /// <summary>The digest, where it costs next to nothing; null where the content has to be read for it.</summary>
    /// <exception cref="Core.Errors.AgentException">The source is missing or damaged.</exception>
    ContentDigest? KnownDigest { get; }

    /// <summary>
    /// What changes when the content may have changed; null when it could change without that being seen (it was written too
    /// short a time ago for its time to tell).
    /// </summary>
    string? Identity { get; }

    /// <summary>Computes the digest without writing anything; null where that costs as much as storing.</summary>
    Task<ContentDigest?> ComputeDigestAsync(Action<long> advanced, CancellationToken cancellationToken);

    /// <summary>The least that storing it takes: a lower bound, so that a refusal is never wrong.</summary>
    /// <param name="store">A directory of the store's file system.</param>
    long EstimateBytes(string store);

    /// <summary>Writes the tree into an empty directory, verified where the reference has a digest. Not synced.</summary>
    /// <returns>The digest, and the entries written.</returns>
    /// <exception cref="Core.Errors.AgentException">The content is damaged, refused, not the one asked for, or can't be written.</exception>
    (ContentDigest Digest, UnpackResult Result) Write(string directory, Action<long> advanced, CancellationToken cancellationToken);
}
