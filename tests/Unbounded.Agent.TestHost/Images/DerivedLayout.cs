using System.Diagnostics;

namespace Unbounded.Agent.TestHost.Images;

/// <summary>
/// An OCI layout of a test's own, that starts with the node images' tags and takes layers on top: a kubelet that crashes, a
/// machine that never boots. Blobs are shared with the original by hard links where the file system allows.
/// </summary>
public sealed class DerivedLayout
{
    private DerivedLayout(string path) => Path = path;

    /// <summary>The layout's directory.</summary>
    public string Path { get; }

    /// <summary>Copies the node images' layout to <paramref name="path"/>, which must not exist.</summary>
    public static async Task<DerivedLayout> CreateAsync(string path, CancellationToken cancellation = default)
    {
        var source = System.IO.Path.Combine(NodeImages.Root, NodeImages.Layout);
        await RunAsync("/bin/sh", ["-euc", "cp -al -- \"$1\" \"$2\" 2>/dev/null || { rm -rf -- \"$2\"; cp -a -- \"$1\" \"$2\"; }", "sh", source, path], cancellation);
        return new DerivedLayout(path);
    }

    /// <summary>
    /// Tags an image: the layers of <paramref name="baseTag"/> and one more, made of the files in <paramref name="directory"/>.
    /// A file named <c>.wh.NAME</c> takes NAME away.
    /// </summary>
    /// <returns>The manifest's digest, <c>sha256:...</c>.</returns>
    public Task<string> AddLayerAsync(string baseTag, string tag, string directory, CancellationToken cancellation = default)
        => RunAsync(System.IO.Path.Combine(TestHostPaths.Repository, "images/node/layer"), [Path, baseTag, tag, directory], cancellation);

    /// <summary>The same with the files given: path in the image, content, mode.</summary>
    public async Task<string> AddLayerAsync(
        string baseTag, string tag, IEnumerable<(string Path, string Content, UnixFileMode Mode)> files, CancellationToken cancellation = default)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("unbounded-layer-");
        try
        {
            var root = System.IO.Path.Combine(directory.FullName, "root");
            await LayerFiles.WriteAsync(root, files, cancellation);
            return await AddLayerAsync(baseTag, tag, root, cancellation);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string command, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? (await output).TrimEnd()
            : throw new InvalidOperationException($"{command}: exit code {process.ExitCode}\n{await output}{await error}");
    }
}
