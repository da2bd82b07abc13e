using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>The systemd inside a machine, by its leader, is a systemd like any other.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class BookwormMachineContractTests(SystemdHosts hosts) : SystemdStateContract
{
    protected override async Task<ISystemdBackend> StartBackendAsync() =>
        await NestedMachine.StartAsync(await hosts.OnAsync(Suites.Bookworm), "contract");
}

/// <summary>The same under systemd 257's nspawn.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class TrixieMachineContractTests(SystemdHosts hosts) : SystemdStateContract
{
    protected override async Task<ISystemdBackend> StartBackendAsync() =>
        await NestedMachine.StartAsync(await hosts.OnAsync(Suites.Trixie), "contract");
}
