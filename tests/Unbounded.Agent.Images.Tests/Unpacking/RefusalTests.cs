using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Unpacking;

public sealed class RefusalTests : IDisposable
{
    private readonly Hostile _hostile = new();

    public void Dispose() => _hostile.Dispose();

    [Theory]
    [InlineData("../outside/file")]
    [InlineData("..")]
    [InlineData("a/../../outside/file")]
    [InlineData("./../outside/file")]
    [InlineData("a/b/../../../outside/file")]
    [InlineData("/etc/uba-test-absolute")]
    [InlineData("//etc/uba-test-absolute")]
    public async Task UnpackAsync_NameThatLeavesTheRoot_IsRefused(string name)
    {
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, $"'{name}'", new TarBuilder().File(name, "evil").ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, $"'{name}'", new TarBuilder().Directory(name).ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, $"'{name}'", new TarBuilder().SymbolicLink(name, "x").ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, $"'{name}'", new TarBuilder().Pax(("path", name)).File("harmless", "evil").ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, $"'{name}'", new TarBuilder().LongName(name).File("harmless", "evil").ToArray());
        Assert.False(File.Exists("/etc/uba-test-absolute"));
    }

    [Fact]
    public async Task UnpackAsync_EmptyNameOrNul_IsRefused()
    {
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, "''", new TarBuilder().File("", "x").ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, @"'a\x00b'", new TarBuilder().Pax(("path", "a\0b")).File("x").ToArray());
    }

    [Theory]
    [InlineData("link", "../outside")]
    [InlineData("link", "/etc")]
    [InlineData("link", ".")]
    [InlineData("link", "elsewhere")]
    public async Task UnpackAsync_PathThroughALink_IsRefused(string link, string target)
    {
        var archive = new TarBuilder().Directory("elsewhere").SymbolicLink(link, target);
        await _hostile.RefusesAsync(ImageErrors.UnsafePath, "'link/file'", archive.File("link/file", "evil").ToArray());
    }

    [Fact]
    public async Task UnpackAsync_PathThroughChainedLinks_IsRefused()
    {
        var archive = new TarBuilder().Directory("a").Directory("a/b").SymbolicLink("a/b/up", "..").SymbolicLink("a/b/up2", "up/..").SymbolicLink("out", "a/b/up2/../outside");
        await _hostile.RefusesAsync(ImageErrors.UnsafePath, "'out/file'", archive.File("out/file", "evil").ToArray());
    }

    [Fact]
    public async Task UnpackAsync_DirectoryTurnedIntoALink_IsRefused()
    {
        // The directory is open when it is replaced.
        var archive = new TarBuilder().Directory("a").Directory("a/b").File("a/b/x").SymbolicLink("c", "a").Directory("d").SymbolicLink("d", "../outside");
        await _hostile.RefusesAsync(ImageErrors.UnsafePath, "'d/secret'", archive.File("d/secret", "evil").ToArray());
    }

    [Fact]
    public async Task UnpackAsync_PathThroughAFile_IsRefused() =>
        await _hostile.RefusesAsync(ImageErrors.UnsafePath, "'file/x'", new TarBuilder().File("file").File("file/x").ToArray());

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("/etc/passwd")]
    [InlineData("link/secret")]
    [InlineData("missing")]
    [InlineData("dir")]
    [InlineData(".")]
    [InlineData("")]
    public async Task UnpackAsync_HardLinkOutsideOrToNothing_IsRefused(string target)
    {
        var archive = new TarBuilder().Directory("dir").SymbolicLink("link", "../outside").HardLink("hard", target);
        await _hostile.RefusesAsync(ImageErrors.UnsafeLink, "'hard'", archive.ToArray());
    }

    [Fact]
    public async Task UnpackAsync_HardLinkToALink_IsTheLinkNotItsTarget()
    {
        await _hostile.UnpackAsync(new TarBuilder().SymbolicLink("link", "../outside/secret").HardLink("hard", "link").ToArray());
        Assert.Equal("../outside/secret", new FileInfo(Path.Combine(_hostile.Root, "hard")).LinkTarget);
        _hostile.AssertNothingOutside();
    }

    [Fact]
    public async Task UnpackAsync_HardLinkThenWriteThroughIt_ReplacesTheNameNotTheFile()
    {
        await _hostile.UnpackAsync(new TarBuilder().File("a", "first").HardLink("b", "a").File("b", "second").ToArray());
        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(_hostile.Root, "a")));
    }

    [Fact]
    public async Task UnpackAsync_FileOverALink_ReplacesTheLink()
    {
        await _hostile.UnpackAsync(new TarBuilder().SymbolicLink("file", "../outside/secret").File("file", "mine").ToArray());
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_hostile.Root, "file")));
        _hostile.AssertNothingOutside();
    }

    [Fact]
    public async Task UnpackAsync_DirectoryOverALink_ReplacesTheLink()
    {
        await _hostile.UnpackAsync(new TarBuilder().SymbolicLink("d", "../outside").Directory("d").File("d/secret", "mine").ToArray());
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_hostile.Root, "d/secret")));
        _hostile.AssertNothingOutside();
    }

    [Fact]
    public async Task UnpackAsync_FileOverAFullDirectory_IsRefused() =>
        await _hostile.RefusesAsync(ImageErrors.EntryConflict, "'d'", new TarBuilder().File("d/x").File("d").ToArray());

    [Fact]
    public async Task UnpackAsync_RootThatIsNoDirectory_IsRefused()
    {
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, "'./'", new TarBuilder().SymbolicLink("./", "../outside").ToArray());
        await _hostile.RefusesAsync(ImageErrors.UnsafeName, "'.'", new TarBuilder().File(".").ToArray());
    }

    [Theory]
    [InlineData('4', 8, 0)]
    [InlineData('3', 1, 1)]
    [InlineData('3', 0, 0)]
    [InlineData('4', 1, 3)]
    public async Task UnpackAsync_DeviceThatIsNotStandard_IsRefusedUnlessAllowed(char type, int major, int minor)
    {
        var archive = new TarBuilder().Device(type, "dev/x", major, minor).ToArray();
        var error = await _hostile.RefusesAsync(ImageErrors.DeviceNotAllowed, "'dev/x'", archive);
        Assert.Contains($"{major}:{minor}", error.Why, StringComparison.Ordinal);
        await _hostile.UnpackAsync(archive, new UnpackOptions { Devices = DevicePolicy.All });
    }

    [Fact]
    public async Task UnpackAsync_StandardDevice_IsAllowedUnlessNoneIs()
    {
        var archive = new TarBuilder().Device('3', "dev/null", 1, 3).ToArray();
        await _hostile.RefusesAsync(ImageErrors.DeviceNotAllowed, "'dev/null'", archive, new UnpackOptions { Devices = DevicePolicy.None });
        await _hostile.UnpackAsync(archive);
    }

    [Fact]
    public async Task UnpackAsync_NameThatFakesOutput_IsEscaped()
    {
        var error = await _hostile.RefusesAsync(ImageErrors.UnsafeName, @"\x1b[2J", new TarBuilder().File("../\u001b[2J\nUBA-0000: all is well").ToArray());
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain('\u001b', error.Message);
    }
}
