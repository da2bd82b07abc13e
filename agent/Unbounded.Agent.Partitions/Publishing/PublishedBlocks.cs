using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Adaptive;

namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>The block index that is published beside an image, and the image that it was made from.</summary>
/// <param name="Index">Path of the index.</param>
/// <param name="Header">Digest of its header: the manifest names it, and is what is signed.</param>
/// <param name="File">Digest of the whole index, as a blob.</param>
/// <param name="FileBytes">Its size, bytes.</param>
/// <param name="Raw">Path of the image, not compressed.</param>
/// <param name="Image">Digest of that.</param>
/// <param name="ImageBytes">Its size, bytes.</param>
internal sealed record PublishedBlocks(string Index, ContentDigest Header, ContentDigest File, long FileBytes, string Raw, ContentDigest Image, long ImageBytes)
{
    /// <summary>Makes the index.</summary>
    /// <param name="raw">The image, not compressed.</param>
    /// <param name="published">What is published, measured.</param>
    /// <param name="index">Where the index goes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">It can't be indexed, or is another image than the one that is published.</exception>
    public static async Task<PublishedBlocks> MakeAsync(string raw, ImageMeasure published, string index, CancellationToken cancellationToken)
    {
        var made = await ImageIndexer.RunAsync(raw, index, ImageIndexer.BlockBytes, cancellationToken);
        if (made.Image != published.Content)
        {
            throw new AgentException(
                PartitionsErrors.PublicationInvalid,
                $"{raw} is not published",
                $"its digest is {made.Image}, and that of the image that is published {published.Content}: hosts would fetch blocks of another image",
                "Give the image that the published file was compressed from");
        }

        await using var file = System.IO.File.OpenRead(index);
        var digest = ContentDigest.FromHex(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)))!;
        return new(index, made.Header, digest, made.IndexBytes, raw, made.Image, made.SizeBytes);
    }
}
