using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;

namespace Unbounded.Agent.Images.Tests.Archives;

/// <summary>GNU tar is the oracle.</summary>
public sealed class TarDirectoryTests : IDisposable
{
    private static readonly string LongName = new('n', 180);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unbounded-tar-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("pax")]
    [InlineData("v7")]
    public void Read_OfAnArchive_FindsItsFilesWhereTheyAre(string format)
    {
        Write("a", "first");
        Write("empty", "");
        Write(format is "gnu" or "pax" ? LongName : "c", new string('x', 5000));
        Directory.CreateDirectory(Of("sub"));
        Write("sub/d", "below");
        File.CreateSymbolicLink(Of("link"), "a");
        var archive = Pack($"--format={format}", ".");

        var members = TarDirectory.Read(archive, 100, CancellationToken.None);

        var bytes = File.ReadAllBytes(archive);
        Assert.Equal(4, members.Count);
        foreach (var member in members)
            Assert.Equal(File.ReadAllBytes(Of(member.Name)), bytes[(int)member.Offset..(int)(member.Offset + member.Length)]);
    }

    [Fact]
    public void Read_OfACompressedArchive_IsRefused()
    {
        var content = new byte[4096];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Of("a"), content);

        Refused(ImageErrors.MalformedArchive, Pack("-z", "a"));
    }

    [Fact]
    public void Read_OfAnArchiveThatIsCutOff_IsRefusedWhereverTheCutIs()
    {
        Write("a", new string('x', 1500));
        var archive = Pack("--format=gnu", "a");
        var bytes = File.ReadAllBytes(archive);
        foreach (var length in new[] { 0, 1, 511, 512, 513, 2047, 2048 })
        {
            File.WriteAllBytes(archive, bytes[..length]);
            Refused(ImageErrors.TruncatedArchive, archive);
        }
    }

    [Fact]
    public void Read_OfTooManyEntries_IsRefused()
    {
        Write("a", "1");
        Write("b", "2");

        var error = Assert.Throws<AgentException>(() => TarDirectory.Read(Pack("--format=gnu", "a", "b"), 1, CancellationToken.None));

        Assert.Contains("more than 1", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfSparseEntries_IsRefused()
    {
        Tool("truncate", "-s", "1M", Of("hole"));

        Refused(ImageErrors.MalformedArchive, Pack("--format=pax", "-S", "hole"));
    }

    [Fact]
    public void Read_OfADirectory_IsRefused() => Refused(ImageErrors.UnknownFormat, _directory.FullName);

    private static void Refused(ErrorCode code, string archive) =>
        Assert.Equal(code, Assert.Throws<AgentException>(() => TarDirectory.Read(archive, 100, CancellationToken.None)).Code);

    private string Of(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string content) => File.WriteAllText(Of(name), content);

    private string Pack(params string[] arguments)
    {
        var archive = _directory.FullName + ".tar";
        Tool("tar", ["-C", _directory.FullName, "-cf", archive, .. arguments]);
        File.Move(archive, Of(".packed"), overwrite: true);
        return Of(".packed");
    }

    private static void Tool(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
