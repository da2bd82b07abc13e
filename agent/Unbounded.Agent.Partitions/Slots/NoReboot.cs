namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Leaves the reboot to somebody else: a person, or a tool that drains the node first.</summary>
public sealed class NoReboot : IHostReboot
{
    /// <inheritdoc/>
    public Task RebootAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
