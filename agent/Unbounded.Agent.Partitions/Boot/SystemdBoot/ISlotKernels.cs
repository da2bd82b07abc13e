using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>Brings a slot's kernel to where a boot loader that reads FAT alone finds it.</summary>
internal interface ISlotKernels
{
    /// <summary>Puts the kernel and the initrd of a slot that is complete onto the loader's partition, durably. The slot is not booted meanwhile.</summary>
    /// <exception cref="AgentException">The slot has none, or there is no room.</exception>
    Task InstallAsync(SlotName slot);
}
