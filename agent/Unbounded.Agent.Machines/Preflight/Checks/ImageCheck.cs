using System.Security.Cryptography;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The node image is where its reference says, and is what its digest says where that can be told without unpacking it.</summary>
internal sealed class ImageCheck(PreflightHost host) : IPreflightCheck
{
    private static readonly string[] LayoutParts = ["oci-layout", "index.json", "blobs"];

    public string Name => "image";

    // The digest of an archive of some GiB on a slow disk.
    public TimeSpan Timeout => TimeSpan.FromMinutes(5);

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (input.Config is not { } config)
            return PreflightFinding.Skipped("there is no valid configuration");
        if (config.OCIImage is not { } text)
            return PreflightFinding.Warning("no node image is named", "Name one in OCIImage, or in spec.agent.image of the Machine: no node is made until then");
        var reference = ImageReference.Parse(text);
        var path = host.Real(reference.Path);
        return reference switch
        {
            ArchiveReference archive => await ArchiveAsync(archive, path, cancellationToken),
            LayoutReference layout => Layout(layout, path),
            _ => Tree(reference, path),
        };
    }

    private static async Task<PreflightFinding> ArchiveAsync(ArchiveReference reference, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return Missing(reference, "file");
        var size = new FileInfo(path).Length;
        if (reference.Digest is not { } wanted)
            return PreflightFinding.Ok($"{reference.Path} is there, {size / (1024 * 1024)} MiB; no digest to verify it by");
        await using var stream = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        return string.Equals(digest, wanted.Hex, StringComparison.Ordinal)
            ? PreflightFinding.Ok($"{reference.Path} has the digest {wanted}")
            : PreflightFinding.Error($"{reference.Path} has the digest sha256:{digest}, not {wanted}", "Bring the right file, or correct the digest");
    }

    private static PreflightFinding Layout(LayoutReference reference, string path)
    {
        if (!Directory.Exists(path))
            return Missing(reference, "directory");
        var lacks = LayoutParts.Where(n => !Path.Exists(Path.Join(path, n))).ToList();
        return lacks.Count == 0
            ? PreflightFinding.Ok($"{reference.Path} is an OCI layout; its content is verified when it is unpacked")
            : PreflightFinding.Error($"{reference.Path} is no OCI layout: it has no {string.Join(", ", lacks)}", "Make it with: skopeo copy docker://IMAGE oci:DIR:TAG");
    }

    private static PreflightFinding Tree(ImageReference reference, string path)
    {
        if (!Directory.Exists(path))
            return Missing(reference, "directory");
        return Directory.Exists(Path.Join(path, "usr")) && Directory.Exists(Path.Join(path, "etc"))
            ? PreflightFinding.Ok($"{reference.Path} is a root file system")
            : PreflightFinding.Error($"{reference.Path} is no root file system: it lacks usr or etc", "Name the directory that holds usr and etc");
    }

    private static PreflightFinding Missing(ImageReference reference, string kind) =>
        PreflightFinding.Error($"there is no {kind} {reference.Path}", "Bring the image to the host, or correct the reference");
}
