using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Contract;

/// <summary>A systemd under the contract: a real one, a stand-in on a real bus, or a fake in memory.</summary>
public interface ISystemdBackend : IAsyncDisposable
{
    /// <summary>The client under test.</summary>
    ISystemd Systemd { get; }

    /// <summary>Installs a service and makes systemd know it.</summary>
    Task DefineAsync(string unit, UnitScript script);

    /// <summary>Lets a unit go that waits for its release.</summary>
    Task ReleaseAsync(string unit);

    /// <summary>Re-executes systemd: its units and jobs stay, its connection to the bus is a new one.</summary>
    Task ReexecuteAsync();
}
