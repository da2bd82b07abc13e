using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Host;

public sealed class SimulatedFilesTests : HostFilesContract
{
    private readonly SimulatedFiles _files = new(new PowerSupply());

    protected override IHostFiles Files => _files;

    protected override void AddLink(string path, string target) => _files.All[path] = new SimulatedFile(null, UnixFileMode.None, target);
}
