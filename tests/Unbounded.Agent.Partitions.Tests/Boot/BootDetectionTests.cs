using System.Buffers.Binary;
using System.Globalization;
using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot;

public sealed class BootDetectionTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private PartitionPaths Paths => new()
    {
        Boot = _directory.File("efi"),
        BiosBoot = _directory.File("bios"),
        Firmware = _directory.File("firmware"),
        DeviceTree = _directory.File("device-tree"),
        Loader = [_directory.File("esp1/loader"), _directory.File("esp2/loader")],
        EfiVariables = _directory.File("efivars"),
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Find_OfGrubOnTheEfiSystemPartition_IsGrub()
    {
        GrubModel.Create(Paths.Boot);

        Assert.Equal("GRUB", Find().Kind);
    }

    [Fact]
    public async Task Find_OfGrubWithoutUefi_ReadsTheFilesThere()
    {
        GrubModel.Create(Paths.BiosBoot);

        var boot = Find();
        await boot.WriteAsync((await boot.ReadAsync(CancellationToken.None)).WithBootable(SlotTable.Names[1]));

        Assert.Equal(SlotTable.Names, GrubVariables.Get(GrubEnvBlock.TryParse(File.ReadAllBytes(Paths.BiosBoot + "/grubenv"))!, SlotTable.Names)!.Bootable);
    }

    [Theory]
    [InlineData("grubenv")]
    [InlineData("grubenv.copy")]
    public void Find_OfGrubWithOneDamagedCopy_IsGrub(string damaged)
    {
        GrubModel.Create(Paths.Boot);
        File.WriteAllBytes($"{Paths.Boot}/{damaged}", []);

        Assert.Equal("GRUB", Find().Kind);
    }

    [Fact]
    public void Find_OfARaspberryPi_IsItsFirmware()
    {
        MakePi("Raspberry Pi 4 Model B Rev 1.4\0");

        Assert.Equal("Raspberry Pi", Find().Kind);
    }

    // Debian's own GRUB keeps an environment there, without our variables.
    [Fact]
    public void Find_OfARaspberryPiBesideTheEnvironmentOfADistribution_IsItsFirmware()
    {
        MakePi("Raspberry Pi 5 Model B Rev 1.0\0");
        Directory.CreateDirectory(Paths.BiosBoot);
        File.WriteAllBytes(Paths.BiosBoot + "/grubenv", GrubEnvBlock.Empty.With("next_entry", "").ToBytes()!);

        Assert.Equal("Raspberry Pi", Find().Kind);
    }

    [Fact]
    public void Find_OfAnotherBoardWithTheFile_IsNotARaspberryPi()
    {
        MakePi("Radxa ROCK 5B\0");

        Assert.Equal("GRUB", Find().Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Find_OfAHostThatSystemdBootBooted_IsThat(int mount)
    {
        MakeLoader("systemd-boot 252.39-1~deb12u2", mount);

        Assert.Equal("systemd-boot", Find().Kind);
    }

    // Both may be installed; the firmware's variable says which one ran.
    [Fact]
    public void Find_OfAHostThatGrubBootedBesideTheFilesOfSystemdBoot_IsGrub()
    {
        MakeLoader("GRUB 2.12");
        GrubModel.Create(Paths.Boot);

        Assert.Equal("GRUB", Find().Kind);
    }

    [Fact]
    public void Find_OfSystemdBootBesideOurGrub_IsRefused()
    {
        MakeLoader("systemd-boot 257");
        GrubModel.Create(Paths.Boot);

        Assert.Equal(PartitionsErrors.BootEnvironmentUnclear, Assert.Throws<AgentException>(() => Find()).Code);
        Assert.Equal("systemd-boot", Find(BootKind.SystemdBoot).Kind);
    }

    [Fact]
    public async Task Find_OfNothing_IsRefusedWhenItIsRead()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => Find().ReadAsync(CancellationToken.None));

        Assert.Equal(PartitionsErrors.BootEnvironmentUnusable, error.Code);
    }

    [Fact]
    public void Find_OfTwo_IsRefusedAndNamesBoth()
    {
        MakePi("Raspberry Pi 4 Model B\0");
        GrubModel.Create(Paths.Boot);

        var error = Assert.Throws<AgentException>(() => Find());

        Assert.Equal(PartitionsErrors.BootEnvironmentUnclear, error.Code);
        Assert.Contains(Paths.Boot, error.Why, StringComparison.Ordinal);
        Assert.Contains(Paths.Firmware, error.Why, StringComparison.Ordinal);
        Assert.Contains("boot = ", error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BootKind.Grub, "GRUB")]
    [InlineData(BootKind.RaspberryPi, "Raspberry Pi")]
    public void Find_OfTwoWithOneNamed_IsThatOne(BootKind named, string expected)
    {
        MakePi("Raspberry Pi 4 Model B\0");
        GrubModel.Create(Paths.Boot);

        Assert.Equal(expected, Find(named).Kind);
    }

    [Fact]
    public void Find_OfTwoGrubs_IsRefusedWhateverIsNamed()
    {
        GrubModel.Create(Paths.Boot);
        GrubModel.Create(Paths.BiosBoot);

        Assert.Equal(PartitionsErrors.BootEnvironmentUnclear, Assert.Throws<AgentException>(() => Find(BootKind.Grub)).Code);
    }

    [Fact]
    public async Task Find_OfANamedOneThatIsNotThere_SaysWhatItLacks()
    {
        GrubModel.Create(Paths.Boot);

        var error = await Assert.ThrowsAsync<AgentException>(() => Find(BootKind.RaspberryPi).ReadAsync(CancellationToken.None));

        Assert.Equal(PartitionsErrors.FirmwareFileUnusable, error.Code);
    }

    [Theory]
    [InlineData("2022-11-24", 1)]
    [InlineData("2022-11-25", 0)]
    [InlineData(null, 1)]
    public async Task Look_AtARaspberryPi_SaysWhetherItsBootLoaderIsTooOld(string? built, int obstacles)
    {
        MakePi("Raspberry Pi 4 Model B Rev 1.4\0");
        Directory.CreateDirectory(Paths.DeviceTree + "/chosen/bootloader");
        if (built is not null)
        {
            var seconds = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(seconds, (uint)DateTimeOffset.Parse(built + "T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds());
            File.WriteAllBytes(Paths.DeviceTree + "/chosen/bootloader/build-timestamp", seconds);
        }

        var look = await BootLook.OfAsync(Paths, named: null, CancellationToken.None);

        Assert.Equal(("Raspberry Pi", obstacles), (look!.Kind, look.Obstacles.Count));
    }

    [Fact]
    public async Task Look_AtAHostWithoutSlots_FindsNothing() => Assert.Null(await BootLook.OfAsync(Paths, named: null, CancellationToken.None));

    [Fact]
    public async Task Look_AtGrub_FindsNothingAgainstIt()
    {
        GrubModel.Create(Paths.Boot);

        var look = await BootLook.OfAsync(Paths, named: null, CancellationToken.None);

        Assert.Equal(("GRUB", 0), (look!.Kind, look.Obstacles.Count));
    }

    private IBootEnvironment Find(BootKind? named = null) =>
        new BootDetection(Paths, new SlotTable(Paths), new BootFiles(), new LoginTryboot(Substitute.For<ILogin>()), named).Find();

    private void MakePi(string model)
    {
        Directory.CreateDirectory(Paths.DeviceTree);
        File.WriteAllText(Paths.DeviceTree + "/model", model);
        Directory.CreateDirectory(Paths.Firmware);
        File.WriteAllText(Paths.Firmware + "/autoboot.txt", "[all]\nboot_partition=2\n");
    }

    private void MakeLoader(string info, int mount = 0)
    {
        Directory.CreateDirectory(Paths.EfiVariables);
        File.WriteAllBytes(Paths.EfiVariables + "/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", [6, 0, 0, 0, .. System.Text.Encoding.Unicode.GetBytes(info + "\0")]);
        Directory.CreateDirectory(Paths.Loader[mount]);
        File.WriteAllText(Paths.Loader[mount] + "/loader.conf", "default unbounded-a*\n");
    }
}
