using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Tests.Files;

namespace Unbounded.Agent.Tests.Support;

/// <summary>The agent's own files of one test, on the machine's disk.</summary>
internal sealed class Host : IDisposable
{
    public const string Config =
        """{ "MachineName": "edge-1", "Cluster": { "Version": "1.30.1" }, "Kubelet": {}, "OCIImage": "oci-layout:///images:v1" }""";

    private readonly TempDirectory _directory = new();

    public Host()
    {
        Paths = new AgentPaths(_directory.File("etc/config.json"), _directory.Path);
        Directory.CreateDirectory(Paths.ConfigDirectory);
        Directory.CreateDirectory(Path.GetDirectoryName(Paths.ProgressFile)!);
    }

    public AgentPaths Paths { get; }

    public DurableStore Store { get; } = new();

    public static string Machine(string version, string extra = "") =>
        $"apiVersion: unbounded-cloud.io/v1alpha3\nkind: Machine\nmetadata:\n  name: edge-1\nspec:\n  kubernetes:\n    version: {version}\n{extra}";

    public static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public void Dispose() => _directory.Dispose();
}
