using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class ConfinedRootTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly TempDirectory _directory = new();
    private readonly string _inside;
    private readonly ConfinedRoot _root;

    public ConfinedRootTests()
    {
        _inside = Directory.CreateDirectory(_directory.File("root")).FullName;
        _root = new ConfinedRoot(_inside);
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Constructor_NoSuchDirectory_IsACodedError() =>
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => new ConfinedRoot("/there/is/none")).Code);

    [Fact]
    public void Write_MissingDirectories_AreMadeAndTheModeIsExact()
    {
        Write("/uba-etc/systemd/system/x.conf", "content");

        Assert.Equal("content", File.ReadAllText($"{_inside}/uba-etc/systemd/system/x.conf"));
        Assert.Equal(Mode, File.GetUnixFileMode($"{_inside}/uba-etc/systemd/system/x.conf"));
    }

    [Fact]
    public void Write_ExistingFile_IsReplacedAndNothingIsLeftBeside()
    {
        Write("/a", "old");
        using var reader = File.OpenText($"{_inside}/a");

        Write("/a", "new");

        Assert.Equal("new", File.ReadAllText($"{_inside}/a"));
        Assert.Equal("old", reader.ReadToEnd());
        Assert.Single(Directory.GetFileSystemEntries(_inside));
    }

    [Fact]
    public void Write_LeftoverOfACrash_IsOverwritten()
    {
        File.WriteAllText($"{_inside}/.a.unbounded-new", "half");

        Write("/a", "whole");

        Assert.Equal("whole", File.ReadAllText($"{_inside}/a"));
        Assert.Single(Directory.GetFileSystemEntries(_inside));
    }

    [Fact]
    public void Write_LinkAtThePath_IsReplacedAndNotFollowed()
    {
        File.WriteAllText($"{_inside}/target", "untouched");
        File.CreateSymbolicLink($"{_inside}/link", "target");

        Write("/link", "new");

        Assert.Equal("untouched", File.ReadAllText($"{_inside}/target"));
        Assert.Null(new FileInfo($"{_inside}/link").LinkTarget);
    }

    [Fact]
    public void Write_DirectoryAtThePath_IsACodedErrorAndLeavesNothing()
    {
        Directory.CreateDirectory($"{_inside}/uba-etc/x");

        var e = Assert.Throws<AgentException>(() => Write("/uba-etc/x", ""));

        Assert.Equal(LinuxErrors.WrongFileType, e.Code);
        Assert.Equal([$"{_inside}/uba-etc/x"], Directory.GetFileSystemEntries($"{_inside}/uba-etc"));
    }

    [Fact]
    public void Write_FileWhereADirectoryIsNeeded_IsACodedError()
    {
        File.WriteAllText($"{_inside}/uba-etc", "");

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => Write("/uba-etc/x", "")).Code);
    }

    [Fact]
    public void Link_ExistingFile_IsReplaced()
    {
        Write("/a", "file");

        _root.Link("/a", "/dev/null");

        Assert.Equal("/dev/null", new FileInfo($"{_inside}/a").LinkTarget);
    }

    [Fact]
    public void Delete_LinkOutside_RemovesTheLinkAlone()
    {
        var outside = Outside("keep");
        File.CreateSymbolicLink($"{_inside}/link", outside);

        _root.Delete("/link");

        Assert.True(File.Exists(outside));
        Assert.Empty(Directory.GetFileSystemEntries(_inside));
    }

    [Fact]
    public void Delete_NothingThere_IsNoError()
    {
        _root.Delete("/none");
        _root.Delete("/no/such/directory/none");
    }

    [Fact]
    public void MakeDirectory_ExistingOne_StaysAsItIs()
    {
        Directory.CreateDirectory($"{_inside}/a", UnixFileMode.UserRead | UnixFileMode.UserExecute);

        _root.MakeDirectory("/a");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode($"{_inside}/a"));
    }

    [Fact]
    public void Exists_PathsInside_AreFoundThroughLinksAsInAChroot()
    {
        Write("/usr/lib/systemd/system/x.service", "");
        File.CreateSymbolicLink($"{_inside}/lib", "/usr/lib");
        File.CreateSymbolicLink($"{_inside}/usr/lib/x.service", "../../../../../lib/systemd/system/x.service");

        Assert.True(_root.Exists("/lib/systemd/system/x.service"));
        Assert.True(_root.Exists("/usr/lib/x.service"));
        Assert.True(_root.Exists("/"));
        Assert.False(_root.Exists("/lib/systemd/system/y.service"));
        Assert.False(_root.Exists("/usr/lib/systemd/system/x.service/below-a-file"));
    }

    [Fact]
    public void TryRead_RegularFile_IsItsContent()
    {
        Write("/uba-etc/x", "content");

        Assert.Equal("content", Encoding.UTF8.GetString(_root.TryRead("/uba-etc/x", 100)!));
        Assert.Null(_root.TryRead("/uba-etc/y", 100));
    }

    [Fact]
    public void Law16_TryRead_LargerThanTheLimit_IsRefused()
    {
        Write("/uba-etc/x", "content");

        Assert.Equal(LinuxErrors.FileTooLarge, Assert.Throws<AgentException>(() => _root.TryRead("/uba-etc/x", 6)).Code);
    }

    [Fact]
    public void TryRead_Directory_IsACodedError() =>
        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => _root.TryRead("/", 100)).Code);

    [Fact]
    public void TryOpenPath_FileThatIsReplacedMeanwhile_IsStillTheOneFound()
    {
        Write("/a", "first");
        using var found = _root.TryOpenPath("/a")!;

        Write("/a", "second");

        Assert.Equal("first", File.ReadAllText(ConfinedRoot.ThroughDescriptor(found)));
        Assert.Null(_root.TryOpenPath("/none"));
    }

    private void Write(string path, string content) => _root.Write(path, Encoding.UTF8.GetBytes(content), Mode);

    private string Outside(string name)
    {
        File.WriteAllText(_directory.File(name), "secret");
        return _directory.File(name);
    }
}
