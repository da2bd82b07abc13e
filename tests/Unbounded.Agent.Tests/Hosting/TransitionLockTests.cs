using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Hosting;

public sealed class TransitionLockTests : IDisposable
{
    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Acquire_WhatIsHeld_FailsAtOnceAndNamesTheHolder()
    {
        using var held = Of("rollback").Acquire("back to kube1");

        var error = Assert.Throws<AgentException>(() => Of("daemon").Acquire("swap"));

        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.Contains("rollback", error.Why, StringComparison.Ordinal);
        Assert.Contains($"{Environment.ProcessId}", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_WhatWasReleased_Succeeds()
    {
        Of("rollback").Acquire("back").Dispose();

        using var again = Of("daemon").Acquire("swap");

        Assert.Equal("daemon", AgentLock.Holder(_host.Paths.Lock)!.Command);
    }

    [Fact]
    public void Acquire_BesideTheDaemonsOwnLock_Succeeds()
    {
        using var daemon = AgentLock.Take(_host.Paths.DaemonLock, "daemon", TimeProvider.System);

        Of("swap").Acquire("swap").Dispose();

        Assert.NotNull(AgentLock.Holder(_host.Paths.DaemonLock));
        Assert.Null(AgentLock.Holder(_host.Paths.Lock));
    }

    private TransitionLock Of(string command) => new(_host.Paths.Lock, command, TimeProvider.System);
}
