namespace Unbounded.Agent.TestHost.Images;

/// <summary>Writes a layer's files into a directory.</summary>
public static class LayerFiles
{
    // what a layer's root, and the directories it repeats, are in every image
    private const UnixFileMode DirectoryMode = (UnixFileMode)0b111_101_101;

    /// <summary>Makes <paramref name="directory"/> and the files in it; their paths are absolute, as the image sees them.</summary>
    public static async Task WriteAsync(
        string directory, IEnumerable<(string Path, string Content, UnixFileMode Mode)> files, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(directory, DirectoryMode);
        foreach (var (path, content, mode) in files)
        {
            var file = Path.Combine(directory, path.TrimStart('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, DirectoryMode);
            await File.WriteAllTextAsync(file, content, cancellation);
            File.SetUnixFileMode(file, mode);
        }
    }
}
