using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>Writes OCI image layouts, good and bad.</summary>
internal sealed class LayoutBuilder
{
    internal const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    internal const string Index = "application/vnd.oci.image.index.v1+json";
    internal const string Config = "application/vnd.oci.image.config.v1+json";
    internal const string Layer = "application/vnd.oci.image.layer.v1.tar";
    private readonly JsonArray _manifests = [];

    internal LayoutBuilder(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.Combine(path, "blobs/sha256"));
        File.WriteAllText(System.IO.Path.Combine(path, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    internal string Path { get; }

    internal string IndexPath => System.IO.Path.Combine(Path, "index.json");

    internal static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return output.ToArray();
    }

    internal string BlobPath(string digest) => System.IO.Path.Combine(Path, "blobs/sha256", digest["sha256:".Length..]);

    internal JsonObject Blob(byte[] content, string mediaType)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(BlobPath(digest), content);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }

    internal JsonObject Blob(JsonNode document, string mediaType) => Blob(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), mediaType);

    /// <summary>Writes layers, configuration and manifest; the result is the manifest's descriptor.</summary>
    internal JsonObject Image(
        IEnumerable<(byte[] Content, string MediaType)> layers,
        string architecture = "amd64",
        string manifestType = Manifest,
        string configType = Config,
        Action<JsonObject>? editManifest = null,
        Action<JsonObject>? editConfig = null)
    {
        var descriptors = layers.Select(l => Blob(l.Content, l.MediaType)).ToArray();
        var config = new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. descriptors.Select(d => (JsonNode)(string)d["digest"]!)]) },
        };
        editConfig?.Invoke(config);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = manifestType,
            ["config"] = Blob(config, configType),
            ["layers"] = new JsonArray([.. descriptors]),
        };
        editManifest?.Invoke(manifest);
        return Blob(manifest, manifestType);
    }

    internal LayoutBuilder Add(JsonObject descriptor, string? tag = null, string? architecture = null)
    {
        if (tag is not null)
            descriptor["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        if (architecture is not null)
            descriptor["platform"] = Platform(architecture);
        _manifests.Add(descriptor);
        File.WriteAllText(IndexPath, IndexOf(_manifests).ToJsonString());
        return this;
    }

    internal static JsonObject IndexOf(JsonArray manifests) =>
        new() { ["schemaVersion"] = 2, ["mediaType"] = Index, ["manifests"] = manifests.DeepClone() };

    internal static JsonObject Platform(string architecture) => new() { ["os"] = "linux", ["architecture"] = architecture };
}
