using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus.Login;

/// <summary>The login manager, org.freedesktop.login1(5): what a reboot hands over to the firmware.</summary>
public interface ILogin : IAsyncDisposable
{
    /// <summary>
    /// What the next orderly reboot passes to reboot(2), whoever asks for it; empty for nothing. It is kept in memory: a host that loses power or is reset
    /// forgets it.
    /// </summary>
    /// <exception cref="AgentException">The login manager can't be asked.</exception>
    Task<string> GetRebootParameterAsync(CancellationToken cancellationToken = default);

    /// <summary>Sets what <see cref="GetRebootParameterAsync"/> says; empty takes it away.</summary>
    /// <exception cref="AgentException">The login manager refuses, as it does in a container.</exception>
    Task SetRebootParameterAsync(string parameter, CancellationToken cancellationToken = default);
}
