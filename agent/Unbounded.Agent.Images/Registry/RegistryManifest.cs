using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Registry;

/// <summary>A manifest, byte for byte as the registry has it.</summary>
/// <param name="Content">All of its bytes.</param>
/// <param name="Digest">Their digest, computed here.</param>
public sealed record RegistryManifest(byte[] Content, ContentDigest Digest);
