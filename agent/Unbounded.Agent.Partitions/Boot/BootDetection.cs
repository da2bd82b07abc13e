using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>
/// Finds the boot environment of this host by what is there: a GRUB environment with our variables, or the file of a Raspberry Pi's firmware on one. Two at
/// once are refused, unless the settings name one: writing to the one that does not decide would change nothing.
/// </summary>
/// <param name="paths">Where things are.</param>
/// <param name="table">The slots.</param>
/// <param name="files">The boot loader's files.</param>
/// <param name="tryboot">A Raspberry Pi's one-shot flag.</param>
/// <param name="named">What the settings name, null for nothing.</param>
internal sealed class BootDetection(PartitionPaths paths, ISlotTable table, IBootFiles files, ITryboot tryboot, BootKind? named)
{
    private const int LimitBytes = 64 * 1024;

    private readonly PiFirmware _firmware = new(paths.DeviceTree);

    /// <summary>The boot environment. Where there is none, GRUB's, which says what it lacks.</summary>
    /// <exception cref="AgentException">There are several.</exception>
    public IBootEnvironment Find()
    {
        var found = Candidates().Where(c => named is null || c.Kind == named).ToList();
        return found switch
        {
            [] => named == BootKind.RaspberryPi ? RaspberryPi() : Grub(paths.Boot),
            [var only] => only.Make(),
            _ => throw new AgentException(
                PartitionsErrors.BootEnvironmentUnclear,
                "It is not known for certain which boot loader this host has",
                $"there are several that could decide what is booted: {string.Join(", ", found.Select(c => $"{c.Kind} ({c.Where})"))}",
                named is null
                    ? $"Name it in {Updates.UpdateSettings.DefaultFile} (boot = grub or rpi), or remove the files of the one that is not used"
                    : "Remove the files of the one that is not used"),
        };
    }

    private IEnumerable<(BootKind Kind, string Where, Func<IBootEnvironment> Make)> Candidates()
    {
        foreach (var directory in new[] { paths.Boot, paths.BiosBoot }.Where(HasGrub))
            yield return (BootKind.Grub, directory, () => Grub(directory));
        if (_firmware.IsPresent && new[] { RaspberryPiEnvironment.FileName, RaspberryPiEnvironment.CopyName }.Any(n => Content(paths.Firmware, n) is not null))
            yield return (BootKind.RaspberryPi, paths.Firmware, RaspberryPi);
    }

    // Debian's GRUB has an environment of its own at /boot/grub: only one with our variables is meant.
    private static bool HasGrub(string directory) => new[] { GrubEnvironment.FileName, GrubEnvironment.CopyName }
        .Any(n => Content(directory, n) is { } bytes && GrubEnvBlock.TryParse(bytes)?[GrubVariables.Active] is not null);

    private static byte[]? Content(string directory, string name) =>
        File.Exists($"{directory}/{name}") ? BoundedFile.TryRead($"{directory}/{name}", LimitBytes) : null;

    private GrubEnvironment Grub(string directory) => new(directory, SlotTable.Names, files);

    private RaspberryPiEnvironment RaspberryPi() => new(paths.Firmware, SlotTable.Names, slot => table.Find(slot).Index, files, tryboot, _firmware);
}
