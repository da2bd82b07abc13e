using Unbounded.Agent.Partitions.Adaptive;

namespace Unbounded.Agent.Commands.Image;

/// <summary>What <c>image index --output json</c> prints (docs/schemas/image-index.schema.json).</summary>
internal sealed record ImageIndexDocument(
    string Image, string Index, string Sha256, string ContentSha256, long Size, int BlockSize, int Blocks, long IndexSize)
{
    public static ImageIndexDocument From(IndexedImage made, string image) =>
        new(image, made.Index, made.Header.Hex, made.Image.Hex, made.SizeBytes, made.BlockBytes, made.Blocks, made.IndexBytes);
}
