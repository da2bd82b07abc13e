using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

public sealed class SystemdClientContractTests : SystemdStateContract
{
    protected override async Task<ISystemdBackend> StartBackendAsync() => await StandInBackend.StartAsync();
}
