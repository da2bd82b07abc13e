using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Linux.Tests.Files.Contract;

public sealed class HostFileSystemTests : FileSystemContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    protected override IFileSystem System { get; } = new HostFileSystem();

    protected override string Root => _directory.Path;

    public void Dispose() => _directory.Dispose();
}

public sealed class SimFileSystemContractTests : FileSystemContract
{
    private readonly SimFileSystem _files = new(new Scissors());

    public SimFileSystemContractTests() => _files.MakeDirectory("/test", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, owner: null);

    protected override IFileSystem System => _files;

    protected override string Root => "/test";
}
