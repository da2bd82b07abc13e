using System.Runtime.CompilerServices;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Unpacking;

/// <summary>Unpacks what GNU tar packed, and compares every entry with what GNU tar unpacks.</summary>
public sealed class OracleTests : IDisposable
{
    private static readonly UnpackOptions Everything = new() { Devices = DevicePolicy.All };
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--format=pax --xattrs --acls")]
    [InlineData("--format=pax --xattrs --acls --numeric-owner")]
    [InlineData("--format=pax --xattrs --xattrs-include=*")]
    [InlineData("--format=pax --sparse --sparse-version=0.0 --xattrs --acls")]
    [InlineData("--format=pax --sparse --sparse-version=0.1 --xattrs --acls")]
    [InlineData("--format=pax --sparse --sparse-version=1.0 --xattrs --acls")]
    [InlineData("--format=gnu")]
    [InlineData("--format=gnu --sparse")]
    [InlineData("--format=oldgnu --sparse")]
    public async Task UnpackAsync_TreeOfEverything_IsWhatGnuTarMakesOfIt(string options) => await CompareAsync(options, AdversarialTree.All);

    [Theory]
    [InlineData("--format=ustar")]
    [InlineData("--format=v7 --exclude=./dev")]
    public async Task UnpackAsync_OldFormats_AreWhatGnuTarMakesOfThem(string options) => await CompareAsync(options, AdversarialTree.Old);

    [Theory]
    [InlineData("gzip", ".tar")]
    [InlineData("zstd", ".tar.gz")]
    [InlineData("xz", "")]
    public async Task UnpackAsync_Compressed_IsToldByItsBytesNotItsName(string compressor, string extension)
    {
        var tree = _directory.MakeDirectory("tree");
        AdversarialTree.Make(tree, AdversarialTree.All);
        var archive = _directory.Sub("archive" + extension);
        TempDirectory.Shell($"tar -C {tree} --format=pax --xattrs '--xattrs-include=*' --sparse -c . | {compressor} -c > {archive}");
        await UnpackAsync(archive, _directory.MakeDirectory("actual"));
        TempDirectory.Shell($"mkdir {_directory.Sub("expected")} && tar -C {_directory.Sub("expected")} --xattrs '--xattrs-include=*' -xpf {archive} -I {compressor}");
        TreeListing.AssertEqual(_directory.Sub("expected"), _directory.Sub("actual"));
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax --sparse-version=0.0")]
    [InlineData("--format=pax --sparse-version=0.1")]
    [InlineData("--format=pax --sparse-version=1.0")]
    public async Task UnpackAsync_SparseFileLargerThanOctalHolds_KeepsItsHoles(string options)
    {
        var tree = _directory.MakeDirectory("tree");
        TempDirectory.Shell($"cd {tree}; truncate -s 9G huge; printf end >> huge; tar {options} --sparse -cf ../a.tar .; mkdir ../expected; tar -C ../expected -xpf ../a.tar");
        await UnpackAsync(_directory.Sub("a.tar"), _directory.MakeDirectory("actual"));
        TreeListing.AssertEqual(_directory.Sub("expected"), _directory.Sub("actual"));
    }

    [Fact]
    public async Task UnpackAsync_RepeatedEntries_LastOneWinsAsInGnuTar()
    {
        var tree = _directory.MakeDirectory("tree");
        TempDirectory.Shell($"""
            cd {tree}
            echo one > file; ln file hard; ln -s file link; mkdir dir empty; echo x > dir/x; mkfifo pipe
            tar --format=pax -cf ../a.tar .
            rm -r file link empty pipe
            echo another > link; ln -s dir file; echo now-a-file > empty; mkdir pipe; chmod 700 dir; echo y > dir/x
            touch -d 2001-01-01 dir
            tar --format=pax -rf ../a.tar file link empty pipe dir
            mkdir ../expected
            tar --xattrs -C ../expected -xpf ../a.tar
            """);
        await UnpackAsync(_directory.Sub("a.tar"), _directory.MakeDirectory("actual"));
        // Without times: the second part has no entry for the root.
        var expected = TreeListing.Of(_directory.Sub("expected"));
        var actual = TreeListing.Of(_directory.Sub("actual"));
        Assert.Equal(expected.Keys, actual.Keys);
        TreeListing.AssertEqual(_directory.Sub("expected/dir"), _directory.Sub("actual/dir"));
        Assert.Equal(expected["./file"], actual["./file"]);
        Assert.Equal(expected["./link"], actual["./link"]);
        Assert.Equal(expected["./empty"], actual["./empty"]);
        Assert.Equal(expected["./pipe"], actual["./pipe"]);
    }

    private async Task CompareAsync(string options, AdversarialTree parts)
    {
        var tree = _directory.MakeDirectory("tree");
        AdversarialTree.Make(tree, parts);
        var archive = _directory.Sub("archive.tar");
        TempDirectory.Shell($"set -f; tar -C {tree} {options} -cf {archive} .");
        var expected = _directory.MakeDirectory("expected");
        var acls = options.Contains("--acls", StringComparison.Ordinal) ? "--acls" : "";
        TempDirectory.Shell($"set -f; tar -C {expected} --xattrs --xattrs-include=* {acls} -xpf {archive}");
        await UnpackAsync(archive, _directory.MakeDirectory("actual"));
        TreeListing.AssertEqual(expected, _directory.Sub("actual"));
    }

    private static async Task UnpackAsync(string archive, string directory, [CallerMemberName] string name = "")
    {
        await using var stream = File.OpenRead(archive);
        var result = await ArchiveUnpacker.UnpackAsync(stream, name, directory, Everything);
        Assert.NotEqual(0, result.Entries);
    }
}
