using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Catalogs;

/// <summary>One image of a catalog.</summary>
/// <param name="Version">Version of the system in it.</param>
/// <param name="Url">Where it is: absolute, or relative to the catalog.</param>
/// <param name="Checksum">SHA-256 of the file behind the URL.</param>
/// <param name="SizeBytes">Size of the image, expanded, bytes.</param>
public sealed record CatalogImage(string Version, string Url, ContentDigest Checksum, long SizeBytes);
