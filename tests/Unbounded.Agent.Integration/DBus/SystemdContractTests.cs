using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>systemd 252.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class BookwormSystemdContractTests(SystemdHosts hosts) : SystemdStateContract
{
    protected override async Task<ISystemdBackend> StartBackendAsync() => new HostBackend(await hosts.OnAsync(Suites.Bookworm));
}

/// <summary>systemd 257.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class TrixieSystemdContractTests(SystemdHosts hosts) : SystemdStateContract
{
    protected override async Task<ISystemdBackend> StartBackendAsync() => new HostBackend(await hosts.OnAsync(Suites.Trixie));
}
