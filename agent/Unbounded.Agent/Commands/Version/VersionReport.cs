namespace Unbounded.Agent.Commands.Version;

/// <summary>What <c>version --output json</c> prints (docs/schemas/version.schema.json).</summary>
/// <param name="Version">The release, after Semantic Versioning 2.0.0.</param>
/// <param name="Revision">The commit it was built from, null when that was not stamped.</param>
/// <param name="Runtime">The .NET runtime inside.</param>
/// <param name="Architecture">The processor it was built for.</param>
internal sealed record VersionReport(string Version, string? Revision, string Runtime, string Architecture);
