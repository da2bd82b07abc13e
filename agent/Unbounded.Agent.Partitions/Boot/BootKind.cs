namespace Unbounded.Agent.Partitions.Boot;

/// <summary>The kinds of boot environment.</summary>
public enum BootKind
{
    /// <summary>GRUB, started by UEFI or by a BIOS.</summary>
    Grub,

    /// <summary>The firmware of a Raspberry Pi.</summary>
    RaspberryPi,

    /// <summary>systemd-boot.</summary>
    SystemdBoot,
}
