using System.Diagnostics;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Unpacking;

/// <summary>A whole Debian root file system, made by mmdebstrap (once, minutes), unpacked by GNU tar and by us.</summary>
public sealed class DebianRootTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.OnTmpfs("size=3g");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task UnpackAsync_DebianRootFileSystem_IsEntryByEntryWhatGnuTarMakesOfIt()
    {
        var archive = Archive();
        var expected = _directory.MakeDirectory("expected");
        TempDirectory.Shell($"tar -C {expected} --zstd --xattrs '--xattrs-include=*' -xpf {archive}");
        await using var stream = File.OpenRead(archive);
        // With the default options: a Debian root brings no device but the standard ones.
        var result = await ArchiveUnpacker.UnpackAsync(stream, "debian", _directory.MakeDirectory("actual"));
        Assert.InRange(result.Entries, 15_000, 30_000);
        Assert.InRange(result.Bytes, 300_000_000, 600_000_000);
        TreeListing.AssertEqual(expected, _directory.Sub("actual"));
        Assert.Contains("security.capability", TreeListing.Of(_directory.Sub("actual"))["./usr/bin/ping"], StringComparison.Ordinal);
    }

    private static string Archive()
    {
        var house = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(house, "Unbounded.Agent.sln")))
            house = Path.GetDirectoryName(house) ?? throw new InvalidOperationException("This test runs inside the repository");
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(house, "bench/unpack/rootfs"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"bench/unpack/rootfs said: {error.Result}");
        return path;
    }
}
