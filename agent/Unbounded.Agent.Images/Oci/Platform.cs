using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Oci;

/// <summary>What an image was built for, in the terms of the OCI image specification (those of Go).</summary>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture">Processor architecture.</param>
public sealed record Platform(string Os, string Architecture)
{
    /// <summary>That of this host.</summary>
    public static Platform Host => new("linux", RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToUpperInvariant(),
    });

    /// <inheritdoc/>
    public override string ToString() => $"{Os}/{Architecture}";
}
