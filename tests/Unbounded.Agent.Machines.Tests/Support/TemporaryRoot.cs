using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A directory that stands for the host's root.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("unbounded-machines-").FullName;

    public MachinePaths Paths => new(Path);

    public string Write(string path, string content)
    {
        var full = Path + path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
