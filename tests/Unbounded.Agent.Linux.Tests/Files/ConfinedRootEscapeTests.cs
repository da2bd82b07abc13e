using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Tests.Support;
using Unbounded.Agent.Linux.Watching;

namespace Unbounded.Agent.Linux.Tests.Files;

/// <summary>A root whose content is made to get the agent out of it.</summary>
[Collection(Alone.Name)]
public sealed partial class ConfinedRootEscapeTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempDirectory _directory = new();
    private readonly string _inside;
    private readonly string _outside;
    private readonly ConfinedRoot _root;

    public ConfinedRootEscapeTests()
    {
        _inside = Directory.CreateDirectory(_directory.File("root")).FullName;
        _outside = Directory.CreateDirectory(_directory.File("outside")).FullName;
        File.WriteAllText($"{_outside}/secret", "secret");
        _root = new ConfinedRoot(_inside);
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Law16_Write_AbsoluteLinkToTheHost_IsRefused()
    {
        File.CreateSymbolicLink($"{_inside}/uba-etc", _outside);

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => Write("/uba-etc/x")).Code);
        AssertOutsideUntouched();
    }

    [Fact]
    public void Law16_Write_AbsoluteLinkWhoseTargetIsInTheRootToo_LandsInside()
    {
        File.CreateSymbolicLink($"{_inside}/uba-etc", _outside);
        Directory.CreateDirectory(_inside + _outside);

        Write("/uba-etc/x");

        Assert.True(File.Exists($"{_inside}{_outside}/x"));
        AssertOutsideUntouched();
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("../../../../../../../../../../../outside")]
    [InlineData("a/../../outside")]
    public void Law16_Write_RelativeLinkAboveTheRoot_StaysInside(string target)
    {
        Directory.CreateDirectory($"{_inside}/a");
        Directory.CreateDirectory($"{_inside}/outside");
        File.CreateSymbolicLink($"{_inside}/uba-etc", target);

        Write("/uba-etc/x");

        Assert.True(File.Exists($"{_inside}/outside/x"));
        AssertOutsideUntouched();
    }

    [Fact]
    public void Law16_TryRead_LinkToTheHost_ReadsNothingOfIt()
    {
        File.CreateSymbolicLink($"{_inside}/a", $"{_outside}/secret");
        File.CreateSymbolicLink($"{_inside}/b", "../outside/secret");
        File.CreateSymbolicLink($"{_inside}/c", "/proc/self/root/etc/passwd");

        Assert.Null(_root.TryRead("/a", 100));
        Assert.Null(_root.TryRead("/b", 100));
        Assert.Null(_root.TryRead("/c", 100));
        Assert.False(_root.Exists("/a"));
    }

    [Fact]
    public void Law16_TryRead_MagicLinkOfARealProc_IsRefused()
    {
        TempDirectory.Run("mount", "-t", "proc", "proc", Directory.CreateDirectory($"{_inside}/proc").FullName);
        try
        {
            File.CreateSymbolicLink($"{_inside}/a", $"/proc/{Environment.ProcessId}/root{_outside}/secret");

            Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => _root.TryRead("/a", 100)).Code);
            Assert.NotNull(_root.TryRead("/proc/sys/kernel/random/boot_id", 100));
        }
        finally
        {
            TempDirectory.Run("umount", "-l", $"{_inside}/proc");
        }
    }

    [Fact]
    public void Law16_LoopOfLinks_IsACodedError()
    {
        File.CreateSymbolicLink($"{_inside}/a", "b");
        File.CreateSymbolicLink($"{_inside}/b", "a");

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => Write("/a/x")).Code);
        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => _root.Exists("/a/x")).Code);
    }

    [Fact]
    public void Law16_TryRead_NamedPipe_IsRefusedWithoutBeingOpened()
    {
        using (var directory = KernelFile.Open(_inside, OpenFlags.ReadOnly | OpenFlags.Directory))
            Assert.Equal(0, KernelAt.MakeNode(directory, "pipe"u8, FileKind.Fifo, Mode, 0, 0));
        const uint opened = 0x20;
        using var inotify = new INotify();
        Assert.True(inotify.Add(_inside, opened) >= 0);

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => _root.TryRead("/pipe", 100)).Code);

        inotify.Wake();
        Assert.DoesNotContain(inotify.Wait(), e => e.Name == "pipe");
    }

    [Fact]
    public void Law16_Write_TemporaryNameIsALinkToTheHost_IsNotFollowed()
    {
        File.CreateSymbolicLink($"{_inside}/.a.unbounded-new", $"{_outside}/secret");

        Write("/a");

        Assert.Equal("content", File.ReadAllText($"{_inside}/a"));
        AssertOutsideUntouched();
    }

    [Fact]
    public void Write_RestrictiveUmask_DirectoriesCanBePassedByEveryone()
    {
        const UnixFileMode expected = (UnixFileMode)0b111_101_101;
        var before = SetUmask(0x3f);
        try
        {
            Write("/uba-etc/made/x");
        }
        finally
        {
            _ = SetUmask(before);
        }

        Assert.Equal(expected, File.GetUnixFileMode($"{_inside}/uba-etc/made"));
        Assert.Equal(Mode, File.GetUnixFileMode($"{_inside}/uba-etc/made/x"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Law16_RandomForestsOfLinks_NothingOutsideEverChanges(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var forest = Directory.CreateDirectory($"{_inside}/{round.ToString(CultureInfo.InvariantCulture)}").FullName;
            using var root = new ConfinedRoot(forest);
            Plant(root, random);
            for (var i = 0; i < 10; i++)
                Try(root, "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Name(random))), random.Next(5));
        }

        AssertOutsideUntouched();
        Assert.Equal(["outside", "root"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private void Plant(ConfinedRoot root, Random random)
    {
        string[] targets =
        [
            "/", "..", "../..", "../../outside", _outside, $"{_outside}/secret", ".", "uba-a", "uba-b/uba-c", "/uba-a", "/uba-a/../uba-b",
            "/../../outside", "uba-c/../../../outside",
            "/proc/self/cwd", "/proc/self/fd/0",
        ];
        for (var i = 0; i < 12; i++)
        {
            var path = "/" + Name(random) + (random.Next(2) == 0 ? "" : "/" + Name(random));
            try
            {
                if (random.Next(3) == 0)
                    root.MakeDirectory(path);
                else
                    root.Link(path, targets[random.Next(targets.Length)]);
            }
            catch (AgentException)
            {
                // Something else is there already: another forest.
            }
        }
    }

    private static void Try(ConfinedRoot root, string path, int what)
    {
        try
        {
            switch (what)
            {
                case 0:
                    root.Write(path, "evil"u8, Mode);
                    break;
                case 1:
                    root.Link(path, "evil");
                    break;
                case 2:
                    root.Delete(path);
                    break;
                case 3:
                    root.MakeDirectory(path);
                    break;
                default:
                    Assert.NotEqual("secret"u8.ToArray(), root.TryRead(path, 100));
                    break;
            }
        }
        catch (AgentException)
        {
            // Refusing is always allowed.
        }
    }

    // Names that no host has: a root that does not hold would otherwise harm the one that runs the tests.
    private static string Name(Random random) => $"uba-{(char)('a' + random.Next(4))}";

    private void Write(string path) => _root.Write(path, Encoding.UTF8.GetBytes("content"), Mode);

    private void AssertOutsideUntouched()
    {
        Assert.Equal([$"{_outside}/secret"], Directory.GetFileSystemEntries(_outside));
        Assert.Equal("secret", File.ReadAllText($"{_outside}/secret"));
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetUmask(uint mask);
}
