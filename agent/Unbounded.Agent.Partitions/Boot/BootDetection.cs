using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>
/// Finds the boot environment of this host by what is there: a GRUB environment with our variables, the file of a Raspberry Pi's firmware on one, or systemd-boot's
/// where that booted the host. Two at once are refused, unless the settings name one: writing to the one that does not decide would change nothing.
/// </summary>
/// <param name="paths">Where things are.</param>
/// <param name="table">The slots.</param>
/// <param name="files">The boot loader's files.</param>
/// <param name="tryboot">A Raspberry Pi's one-shot flag.</param>
/// <param name="named">What the settings name, null for nothing.</param>
internal sealed class BootDetection(PartitionPaths paths, ISlotTable table, IEntryFiles files, ITryboot tryboot, BootKind? named)
{
    private const int LimitBytes = 64 * 1024;

    private readonly PiFirmware _firmware = new(paths.DeviceTree);
    private readonly LoaderVariables _variables = new(paths.EfiVariables);

    /// <summary>The boot environment. Where there is none, GRUB's, which says what it lacks.</summary>
    /// <exception cref="AgentException">There are several.</exception>
    public IBootEnvironment Find() => TryFind() ?? named switch
    {
        BootKind.RaspberryPi => RaspberryPi(),
        BootKind.SystemdBoot => SystemdBoot(paths.Loader[0]),
        _ => Grub(paths.Boot),
    };

    /// <summary>The boot environment; null where there is none.</summary>
    /// <exception cref="AgentException">There are several.</exception>
    public IBootEnvironment? TryFind()
    {
        var found = Candidates().Where(c => named is null || c.Kind == named).ToList();
        return found switch
        {
            [] => null,
            [var only] => only.Make(),
            _ => throw new AgentException(
                PartitionsErrors.BootEnvironmentUnclear,
                "It is not known for certain which boot loader this host has",
                $"there are several that could decide what is booted: {string.Join(", ", found.Select(c => $"{c.Kind} ({c.Where})"))}",
                named is null
                    ? $"Name it in {Updates.UpdateSettings.DefaultFile} (boot = grub, rpi or systemd-boot), or remove the files of the one that is not used"
                    : "Remove the files of the one that is not used"),
        };
    }

    private IEnumerable<(BootKind Kind, string Where, Func<IBootEnvironment> Make)> Candidates()
    {
        foreach (var directory in new[] { paths.Boot, paths.BiosBoot }.Where(HasGrub))
            yield return (BootKind.Grub, directory, () => Grub(directory));
        if (_firmware.IsPresent && new[] { RaspberryPiEnvironment.FileName, RaspberryPiEnvironment.CopyName }.Any(n => Content(paths.Firmware, n) is not null))
            yield return (BootKind.RaspberryPi, paths.Firmware, RaspberryPi);
        if (_variables.IsSystemdBoot)
        {
            foreach (var directory in paths.Loader.Where(d => new[] { SystemdBootEnvironment.FileName, SystemdBootEnvironment.CopyName }.Any(n => Content(d, n) is not null)))
                yield return (BootKind.SystemdBoot, directory, () => SystemdBoot(directory));
        }
    }

    // Debian's GRUB has an environment of its own at /boot/grub: only one with our variables is meant.
    private static bool HasGrub(string directory) => new[] { GrubEnvironment.FileName, GrubEnvironment.CopyName }
        .Any(n => Content(directory, n) is { } bytes && GrubEnvBlock.TryParse(bytes)?[GrubVariables.Active] is not null);

    private static byte[]? Content(string directory, string name) =>
        File.Exists($"{directory}/{name}") ? BoundedFile.TryRead($"{directory}/{name}", LimitBytes) : null;

    private GrubEnvironment Grub(string directory) => new(directory, SlotTable.Names, files);

    private RaspberryPiEnvironment RaspberryPi() => new(paths.Firmware, SlotTable.Names, NumberOf, files, tryboot, _firmware);

    private int NumberOf(SlotName slot) => table.Find(slot) is { Index: > 0 and var number } ? number : throw new AgentException(
        PartitionsErrors.FirmwareFileUnusable,
        $"The firmware can't be told of slot {slot}",
        $"{table.Find(slot).Device} has no number in a partition table",
        "Use a disk whose slots are partitions");

    private SystemdBootEnvironment SystemdBoot(string directory) => new(
        directory, SlotTable.Names, files, _variables, new SlotKernels(table, $"{Path.GetDirectoryName(directory)}/unbounded", paths.Work));
}
