using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

/// <summary>The file against the model of the firmware, which reads it in its own way.</summary>
public sealed class AutobootFileTests
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];

    [Theory]
    [InlineData("boot_partition=3\n", 3, 3)]
    [InlineData("[all]\nboot_partition=2\n[tryboot]\nboot_partition=3\n", 2, 3)]
    [InlineData("[all]\r\nboot_partition = 2 \r\n[TRYBOOT]\r\nboot_partition=3\r\n", 2, 3)]
    [InlineData("[tryboot]\nboot_partition=3\n[all]\nboot_partition=2\n", 2, 2)]
    [InlineData("boot_partition=2\n[none]\nboot_partition=3\n", 2, 2)]
    [InlineData("boot_partition=2\n# boot_partition=3\nboot_partition\n[pi4]\nboot_partition=3\n", 2, 2)]
    [InlineData("boot_partition=two\n", 0, 0)]
    [InlineData("", 0, 0)]
    public void Partition_OfAFile_IsWhatTheDocumentedFiltersSay(string text, int always, int once)
    {
        var file = AutobootFile.Parse(Encoding.ASCII.GetBytes(text));

        Assert.Equal((always, once), (file.Partition(tryboot: false), file.Partition(tryboot: true)));
    }

    [Fact]
    public void ToSector_OfAnything_IsOneSectorThatTheFirmwareFollows()
    {
        var sector = AutobootFile.Parse("# kept\n[tryboot]\nextra=1\n"u8).ToSector(2, 3, new([A, B], B))!;
        var image = new FatImage();
        image.Put("autoboot.txt", sector);

        Assert.Equal(512, sector.Length);
        Assert.Equal(A, new FirmwareModel(image).Boot());
        Assert.Equal(B, new FirmwareModel(image) { Flag = true }.Boot());
    }

    [Fact]
    public void ToSector_ASecondTime_IsTheSame()
    {
        var once = AutobootFile.Parse("x=1\n[none]\ny=2\n[tryboot]\nz=3\n"u8).ToSector(2, 3, new([A], Trial: null))!;

        Assert.Equal(once, AutobootFile.Parse(once).ToSector(2, 3, new([A], Trial: null)));
    }

    [Fact]
    public void ToSector_OfTooMuch_IsNone() =>
        Assert.Null(AutobootFile.Parse(Encoding.ASCII.GetBytes(new string('#', 450))).ToSector(2, 3, new([A], Trial: null)));

    [Fact]
    public void Mark_OfWhatWasWritten_IsIntact()
    {
        var file = AutobootFile.Parse(AutobootFile.Empty.ToSector(2, 3, new([A, B], B)));

        Assert.Equal(new SlotMark([A, B], B), file.Mark(SlotTable.Names, out var intact));
        Assert.True(intact);
    }

    [Theory]
    [InlineData("ok=A,B", "ok=A")]
    [InlineData("boot_partition=2", "boot_partition=3")]
    [InlineData("trial=B", "trial=A")]
    [InlineData("sum=", "sum=0")]
    public void Mark_OfWhatAPersonChanged_IsNotIntact(string text, string other)
    {
        var written = Encoding.ASCII.GetString(AutobootFile.Empty.ToSector(2, 3, new([A, B], B))!);
        var file = AutobootFile.Parse(Encoding.ASCII.GetBytes(written.Replace(text, other, StringComparison.Ordinal)));

        Assert.NotNull(file.Mark(SlotTable.Names, out var intact));
        Assert.False(intact);
    }

    [Theory]
    [InlineData("# unbounded")]
    [InlineData("# unbounded ok")]
    [InlineData("# unbounded ok=A trial=C sum=00000000")]
    public void Mark_OfWhatIsNone_IsNone(string line) => Assert.Null(AutobootFile.Parse(Encoding.ASCII.GetBytes(line + "\n")).Mark(SlotTable.Names, out _));

    [Fact]
    public void Parse_OfARandomSector_NeverThrows()
    {
        var random = new Random(11);
        var written = AutobootFile.Empty.ToSector(2, 3, new([A, B], B))!;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = written.ToArray();
            for (var n = random.Next(1, 60); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var file = AutobootFile.Parse(bytes.AsSpan(0, random.Next(bytes.Length + 1)));

            Assert.InRange(file.Mark(SlotTable.Names, out _)?.Bootable.Count ?? 0, 0, 2);
            Assert.True(file.ToSector(2, 3, new([A], Trial: null)) is null or { Length: 512 });
        }
    }
}
