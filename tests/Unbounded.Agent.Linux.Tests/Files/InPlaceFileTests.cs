using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class InPlaceFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("unbounded-inplace-").FullName;

    private string Target => Path.Combine(_directory, "env");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void WriteFirstSector_OfAFile_KeepsItsInodeItsLengthAndTheRest()
    {
        File.WriteAllBytes(Target, [.. Enumerable.Repeat((byte)1, 1024)]);
        var before = FileStatus.TryGet(Target)!.Value;

        InPlaceFile.WriteFirstSector(Target, [.. Enumerable.Repeat((byte)2, 512)]);

        var after = FileStatus.TryGet(Target)!.Value;
        Assert.True(before.IsSameFileAs(after));
        Assert.Equal([.. Enumerable.Repeat((byte)2, 512), .. Enumerable.Repeat((byte)1, 512)], File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    public void WriteFirstSector_OfAFileThatIsTooShort_LeavesItAsItIs(int length)
    {
        File.WriteAllBytes(Target, new byte[length]);

        var error = Assert.Throws<AgentException>(() => InPlaceFile.WriteFirstSector(Target, new byte[512]));

        Assert.Equal(LinuxErrors.WrongFileType, error.Code);
        Assert.Equal(length, new FileInfo(Target).Length);
    }

    [Fact]
    public void WriteFirstSector_OfNothing_CreatesNothing()
    {
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => InPlaceFile.WriteFirstSector(Target, new byte[512])).Code);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void WriteFirstSector_ThroughALink_IsRefused()
    {
        File.WriteAllBytes(Target + ".real", new byte[512]);
        File.CreateSymbolicLink(Target, Target + ".real");

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => InPlaceFile.WriteFirstSector(Target, new byte[512])).Code);
    }

    [Fact]
    public void WriteFirstSector_OfAnythingButASector_IsAFaultOfTheCaller() =>
        Assert.Throws<ArgumentException>(() => InPlaceFile.WriteFirstSector(Target, new byte[100]));

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(5000)]
    public void Renew_OfWhateverIsThere_LeavesTheContent(int? length)
    {
        if (length is { } bytes)
            File.WriteAllBytes(Target, new byte[bytes]);

        InPlaceFile.Renew(Target, [1, 2, 3]);

        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
    }
}
