using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Integration.Images;

/// <summary>Reads an OCI layout as its specification says, to judge what the image tools write.</summary>
internal sealed class OciLayout(string path)
{
    public IReadOnlyList<string> Tags
        => [.. Index["manifests"]!.AsArray().Select(m => m!["annotations"]!["org.opencontainers.image.ref.name"]!.GetValue<string>())];

    private JsonNode Index => JsonNode.Parse(File.ReadAllText(Path.Combine(path, "index.json")))!;

    public JsonNode Manifest(string tag)
    {
        var entry = Index["manifests"]!.AsArray().Single(m => m!["annotations"]!["org.opencontainers.image.ref.name"]!.GetValue<string>() == tag)!;
        return JsonNode.Parse(File.ReadAllBytes(Verify(entry)))!;
    }

    public JsonNode Configuration(string tag) => JsonNode.Parse(File.ReadAllBytes(Verify(Manifest(tag)["config"]!)))!;

    public IReadOnlyList<JsonNode> Layers(string tag) => [.. Manifest(tag)["layers"]!.AsArray().Select(l => l!)];

    /// <summary>The blob's path, its size and digest checked.</summary>
    public string Verify(JsonNode descriptor)
    {
        var digest = descriptor["digest"]!.GetValue<string>();
        var blob = Path.Combine(path, "blobs", digest.Replace(':', '/'));
        Assert.Equal(descriptor["size"]!.GetValue<long>(), new FileInfo(blob).Length);
        using var stream = File.OpenRead(blob);
        Assert.Equal(digest, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream)));
        return blob;
    }
}
