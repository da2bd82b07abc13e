using Unbounded.Agent.Linux.DBus.Login;

namespace Unbounded.Agent.Partitions.Boot.RaspberryPi;

/// <summary>
/// The flag as a reboot parameter of the login manager, which systemd passes to reboot(2) and the kernel's firmware driver to the firmware (Raspberry Pi
/// documentation, "Fail-safe OS updates": <c>reboot "0 tryboot"</c>, where 0 leaves the partition to <c>autoboot.txt</c>).
/// </summary>
internal sealed class LoginTryboot(ILogin login) : ITryboot
{
    /// <summary>The parameter.</summary>
    public const string Parameter = "0 tryboot";

    /// <inheritdoc/>
    public async Task<bool> IsArmedAsync(CancellationToken cancellationToken) => await login.GetRebootParameterAsync(cancellationToken) == Parameter;

    // A change that was begun is ended: no cancellation.

    /// <inheritdoc/>
    public Task ArmAsync() => login.SetRebootParameterAsync(Parameter, CancellationToken.None);

    /// <inheritdoc/>
    public Task DisarmAsync() => login.SetRebootParameterAsync("", CancellationToken.None);
}
