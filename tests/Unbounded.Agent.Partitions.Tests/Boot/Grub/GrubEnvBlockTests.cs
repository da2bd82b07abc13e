using System.Text;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.Grub;

/// <summary>GRUB's own tool is the oracle, in both directions.</summary>
public sealed class GrubEnvBlockTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Target => _directory.File("grubenv");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void TryParse_OfWhatGrubEditenvWrote_FindsEveryVariable()
    {
        Tool.Run("grub-editenv", Target, "create");
        Tool.Run("grub-editenv", Target, "set", "active_slot=B", "odd=a=b c", "back=x\\y");

        var block = GrubEnvBlock.TryParse(File.ReadAllBytes(Target))!;

        Assert.Equal(("B", "a=b c", "x\\y", null), (block["active_slot"], block["odd"], block["back"], block["none"]));
    }

    [Fact]
    public void ToBytes_OfABlock_IsWhatGrubEditenvReads()
    {
        var block = GrubEnvBlock.Empty.With("active_slot", "A").With("odd", "a=b\\c").With("active_slot", "B");

        File.WriteAllBytes(Target, block.ToBytes()!);

        Assert.Equal(["active_slot=B", "odd=a=b\\c"], Tool.Run("grub-editenv", Target, "list").Split('\n'));
        Assert.Equal(GrubEnvBlock.Size, new FileInfo(Target).Length);
    }

    [Fact]
    public void ToBytes_OfWhatGrubEditenvWrote_HasTheSameVariables()
    {
        Tool.Run("grub-editenv", Target, "create");
        Tool.Run("grub-editenv", Target, "set", "a=1", "b=2\\3");
        var listed = Tool.Run("grub-editenv", Target, "list");

        File.WriteAllBytes(Target, GrubEnvBlock.TryParse(File.ReadAllBytes(Target))!.ToBytes()!);

        Assert.Equal(listed, Tool.Run("grub-editenv", Target, "list"));
    }

    [Fact]
    public void With_AndGrubEditenvUnset_LeaveWhatIsNotOurs()
    {
        Tool.Run("grub-editenv", Target, "create");
        Tool.Run("grub-editenv", Target, "set", "foreign=kept");

        File.WriteAllBytes(Target, GrubEnvBlock.TryParse(File.ReadAllBytes(Target))!.With("ours", "1").ToBytes()!);
        Tool.Run("grub-editenv", Target, "unset", "ours");

        Assert.Equal("foreign=kept", Tool.Run("grub-editenv", Target, "list"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# GRUB Environment Bloc")]
    [InlineData("active_slot=A\n")]
    public void TryParse_OfSomethingElse_IsNone(string text) => Assert.Null(GrubEnvBlock.TryParse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void TryParse_OfARandomBlock_NeverThrows()
    {
        var random = new Random(7);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = GrubEnvBlock.Empty.With("a", "1").With("b", "2").ToBytes()!;
            for (var n = random.Next(1, 40); n > 0; n--)
                bytes[random.Next(25, bytes.Length)] = (byte)random.Next(256);

            var block = GrubEnvBlock.TryParse(bytes.AsSpan(0, random.Next(25, bytes.Length + 1)));

            Assert.NotNull(block);
            Assert.True(block.ToBytes() is null or { Length: GrubEnvBlock.Size });
        }
    }

    [Fact]
    public void TryParse_OfAFillingWithALineInIt_ReadsItAsGrubDoes()
    {
        var bytes = GrubEnvBlock.Empty.With("a", "1").ToBytes()!;
        "\nb=2\n"u8.CopyTo(bytes.AsSpan(700));
        File.WriteAllBytes(Target, bytes);

        Assert.Contains("b=2", Tool.Run("grub-editenv", Target, "list"), StringComparison.Ordinal);
        Assert.Equal("2", GrubEnvBlock.TryParse(bytes)!["b"]);
    }

    [Fact]
    public void ToBytes_OfTooMuch_IsNone() => Assert.Null(GrubEnvBlock.Empty.With("a", new string('x', 1000)).ToBytes());

    [Fact]
    public void Used_OfABlock_CountsWhatIsBeforeTheFilling()
    {
        var block = GrubEnvBlock.Empty.With("a", "1").ToBytes()!;

        Assert.Equal("# GRUB Environment Block\na=1\n".Length, GrubEnvBlock.Used(block));
    }
}
