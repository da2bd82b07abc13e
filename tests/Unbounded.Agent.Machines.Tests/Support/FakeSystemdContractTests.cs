using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>The fake does what the real one does, as far as the contract says.</summary>
public sealed class FakeSystemdContractTests : SystemdStateContract
{
    protected override Task<ISystemdBackend> StartBackendAsync() => Task.FromResult<ISystemdBackend>(new InMemory());

    private sealed class InMemory : ISystemdBackend
    {
        private readonly FakeSystemd _systemd = new();

        public ISystemd Systemd => _systemd;

        public Task DefineAsync(string unit, UnitScript script)
        {
            _systemd.Unit(unit).Script = script;
            return Task.CompletedTask;
        }

        public Task ReleaseAsync(string unit)
        {
            _systemd.Release(unit);
            return Task.CompletedTask;
        }

        public Task ReexecuteAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => _systemd.DisposeAsync();
    }
}
