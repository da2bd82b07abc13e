namespace Unbounded.Agent.Partitions.Boot.RaspberryPi;

/// <summary>
/// The firmware's one-shot flag: the next orderly reboot is a trial. The firmware clears it before it boots, so that every reboot after that, and every loss
/// of power before it, takes the committed slot.
/// </summary>
internal interface ITryboot
{
    /// <summary>Whether the next reboot is a trial.</summary>
    Task<bool> IsArmedAsync(CancellationToken cancellationToken);

    /// <summary>Makes the next reboot a trial, whoever asks for it.</summary>
    Task ArmAsync();

    /// <summary>Makes it an ordinary one.</summary>
    Task DisarmAsync();
}
