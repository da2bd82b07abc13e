using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>
/// A version of a system as an artifact of a registry (OCI image specification 1.1, "Guidelines for Artifact Usage"): a manifest with the image as its first
/// layer, and annotations that say what it is; where it has a block index, that is another layer, and the image that the blocks are fetched from a third, unless
/// the first is not compressed. What is signed is the manifest, and with it the digest of the index's header, which fixes every block. The signature is an artifact of its own, with the tag <c>sha256-HEX.sig</c>, after the manifest's digest.
/// </summary>
internal static class OsArtifact
{
    /// <summary>Type of a system's manifest.</summary>
    public const string Type = "application/vnd.unbounded-cloud.os.v1";

    /// <summary>Type of a signature's manifest.</summary>
    public const string SignatureType = "application/vnd.unbounded-cloud.signature.v1";

    private const string LayerType = "application/vnd.unbounded-cloud.os.image.v1";
    private const string IndexType = "application/vnd.unbounded-cloud.os.block-index.v1";
    private const string RawType = "application/vnd.unbounded-cloud.os.raw.v1";
    private const string EmptyType = "application/vnd.oci.empty.v1+json";
    private const string Version = "org.opencontainers.image.version";
    private const string Title = "org.opencontainers.image.title";
    private const string Prefix = "io.unbounded-cloud.os.";
    private const string Channel = Prefix + "channel";
    private const string Architecture = Prefix + "architecture";
    private const string MinimumVersion = Prefix + "minimum-version";
    private const string Size = Prefix + "size";
    private const string Content = Prefix + "content";
    private const string BlockIndex = Prefix + "block-index";
    private const string Signature = "io.unbounded-cloud.signature";

    /// <summary>The blob that stands where an artifact has nothing to say.</summary>
    public static byte[] Empty => "{}"u8.ToArray();

    /// <summary>Digest of <see cref="Empty"/>.</summary>
    public static ContentDigest EmptyDigest => ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(Empty)))!;

    /// <summary>The tag under which a manifest's signature is.</summary>
    public static string SignatureTag(ContentDigest manifest) => $"sha256-{manifest.Hex}.sig";

    /// <summary>Whether a tag is one of a signature.</summary>
    public static bool IsSignatureTag(string tag) =>
        tag.StartsWith("sha256-", StringComparison.Ordinal) && tag.EndsWith(".sig", StringComparison.Ordinal) && ContentDigest.FromHex(tag["sha256-".Length..^".sig".Length]) is not null;

    /// <summary>The tag of a version: what a tag can't have becomes <c>_</c>.</summary>
    public static string Tag(string version, string architecture) => string.Concat($"{version}-{architecture}".Select(c => c is '+' or '~' ? '_' : c));

    /// <summary>The manifest of a version; the same bytes for the same image.</summary>
    public static byte[] Manifest(Publication publication, ImageMeasure image, PublishedBlocks? blocks = null)
    {
        var annotations = new JsonObject
        {
            [Version] = publication.Version,
            [Channel] = publication.Channel,
            [Architecture] = publication.Architecture,
            [Size] = image.SizeBytes.ToString(CultureInfo.InvariantCulture),
            [Content] = image.Content.ToString(),
        };
        if (publication.MinimumVersion is { } minimum)
            annotations[MinimumVersion] = minimum;
        var layer = Descriptor(LayerType, image.File, image.FileBytes);
        layer["annotations"] = new JsonObject { [Title] = Path.GetFileName(publication.File) };
        List<JsonNode> layers = [layer];
        if (blocks is not null)
        {
            annotations[BlockIndex] = blocks.Header.ToString();
            layers.Add(Descriptor(IndexType, blocks.File, blocks.FileBytes));
            if (blocks.Image != image.File)
                layers.Add(Descriptor(RawType, blocks.Image, blocks.ImageBytes));
        }

        return Bytes(Type, layers, annotations, subject: null);
    }

    /// <summary>The manifest of a signature.</summary>
    public static byte[] SignatureManifest(RegistryManifest of, string signature) => Bytes(
        SignatureType,
        [Descriptor(EmptyType, EmptyDigest, Empty.Length)],
        new() { [Signature] = signature },
        Descriptor(RegistryClient.ManifestType, of.Digest, of.Content.Length));

    /// <summary>The signature in a signature's manifest, base64; null when there is none.</summary>
    public static byte[]? SignatureOf(RegistryManifest manifest) =>
        Parse(manifest.Content) is { } document && document.ArtifactType == SignatureType && document.Annotations?.GetValueOrDefault(Signature) is { } text
            ? Encoding.ASCII.GetBytes(text)
            : null;

    /// <summary>Whether a manifest says that it is a system's.</summary>
    public static bool IsSystem(RegistryManifest manifest) => Parse(manifest.Content)?.ArtifactType == Type;

    /// <summary>The image that a manifest describes; null when it is no complete description of one.</summary>
    public static IndexImage? ImageOf(RegistryManifest manifest, RegistryReference repository) =>
        Parse(manifest.Content) is { ArtifactType: Type, Annotations: { } said, Layers: [{ MediaType: LayerType } layer, ..] and var layers }
        && ContentDigest.TryParse(layer.Digest) is { } file
        && long.TryParse(said.GetValueOrDefault(Size), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && said.GetValueOrDefault(Version) is { } version
        && said.GetValueOrDefault(Channel) is { } channel
        && said.GetValueOrDefault(Architecture) is { } architecture
            ? new()
            {
                Version = version,
                Channel = channel,
                Architecture = architecture,
                MinimumVersion = said.GetValueOrDefault(MinimumVersion),
                Url = BlobOf(repository, file),
                Sha256 = file.Hex,
                SizeBytes = size,
                ContentSha256 = ContentDigest.TryParse(said.GetValueOrDefault(Content))?.Hex,
                FileBytes = layer.Size > 0 ? layer.Size : null,
                Blocks = BlocksOf(said, layers, repository),
            }
            : null;

    // One that is not complete is as good as none: the image is fetched whole.
    private static IndexBlocks? BlocksOf(Dictionary<string, string> said, IReadOnlyList<ArtifactLayer?> layers, RegistryReference repository) =>
        ContentDigest.TryParse(said.GetValueOrDefault(BlockIndex)) is { } header && DigestOf(layers, IndexType) is { } index
            ? new() { Url = BlobOf(repository, index), Sha256 = header.Hex, Image = DigestOf(layers, RawType) is { } raw ? BlobOf(repository, raw) : null }
            : null;

    private static ContentDigest? DigestOf(IReadOnlyList<ArtifactLayer?> layers, string type) => ContentDigest.TryParse(layers.FirstOrDefault(l => l?.MediaType == type)?.Digest);

    private static string BlobOf(RegistryReference repository, ContentDigest digest) => new RegistryReference(repository.Host, repository.Repository, Digest: digest).ToString();

    private static ArtifactManifest? Parse(byte[] content)
    {
        try
        {
            return StoredJson.Read(content, ArtifactJson.Default.ArtifactManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string type, IReadOnlyList<JsonNode> layers, JsonObject annotations, JsonObject? subject)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryClient.ManifestType,
            ["artifactType"] = type,
            ["config"] = Descriptor(EmptyType, EmptyDigest, Empty.Length),
            ["layers"] = new JsonArray([.. layers]),
        };
        if (subject is not null)
            manifest["subject"] = subject;
        manifest["annotations"] = annotations;
        return Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    private static JsonObject Descriptor(string type, ContentDigest digest, long size) =>
        new() { ["mediaType"] = type, ["digest"] = digest.ToString(), ["size"] = size };
}
