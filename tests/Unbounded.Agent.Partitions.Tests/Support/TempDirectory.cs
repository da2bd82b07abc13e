namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>A directory for one test, in memory where there is room for its disks: what these tests ask does not depend on the disk below a loop device.</summary>
internal sealed class TempDirectory : IDisposable
{
    private const string Memory = "/dev/shm";
    private const long Room = 1L << 30;

    public string Path { get; } = Create();

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Create()
    {
        if (!Directory.Exists(Memory) || new DriveInfo(Memory).AvailableFreeSpace < Room)
            return Directory.CreateTempSubdirectory("unbounded-partitions-").FullName;
        return Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"unbounded-partitions-{Guid.NewGuid():N}")).FullName;
    }
}
