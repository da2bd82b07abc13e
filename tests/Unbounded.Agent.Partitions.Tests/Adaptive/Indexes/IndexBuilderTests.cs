using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive.Indexes;

public sealed class IndexBuilderTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string File => _directory.File("index");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(70000)]
    public void Finish_OfBlocksInAnyOrder_HasTheTopThatTheRuleSays(int blocks)
    {
        var digests = Enumerable.Range(0, blocks).Select(i => SHA256.HashData(BitConverter.GetBytes(i))).ToArray();

        var header = Build(digests);

        Assert.Equal(IndexHeader.Of(Top(digests)), header.Root);
        using var read = IndexFile.TryOpen(File)!;
        Assert.Equal(header.Digest, read.Header.Digest);
        var last = new byte[32];
        Assert.Equal(1, read.Read(0, blocks - 1, last));
        Assert.Equal(digests[^1], last);
    }

    [Fact]
    public void Read_BehindTheEnd_GivesNothing()
    {
        Build([.. Enumerable.Range(0, 20).Select(i => SHA256.HashData([(byte)i]))]);
        using var read = IndexFile.TryOpen(File)!;
        var into = new byte[3 * 32];

        Assert.Equal((2, 0, 0), (read.Read(0, 18, into), read.Read(0, 20, into), read.Read(7, 0, into)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(700)]
    public void TryOpen_OfAFileThatWasCutOff_IsNone(int length)
    {
        Build([.. Enumerable.Range(0, 20).Select(i => SHA256.HashData([(byte)i]))]);
        using (var stream = System.IO.File.OpenWrite(File))
            stream.SetLength(length);

        Assert.Null(IndexFile.TryOpen(File));
    }

    [Fact]
    public void TryOpen_OfNoFile_IsNone() => Assert.Null(IndexFile.TryOpen(_directory.File("none")));

    [Fact]
    public void Reserve_WithoutRoom_SaysSo()
    {
        var mount = Directory.CreateDirectory(_directory.File("small")).FullName;
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", mount);
        try
        {
            var error = Assert.Throws<AgentException>(() => IndexBuilder.Reserve(Path.Combine(mount, "index"), new(4096, 1L << 30)));

            Assert.Equal(LinuxErrors.NoSpace, error.Code);
        }
        finally
        {
            Tool.Run("umount", mount);
        }
    }

    private IndexHeader Build(byte[][] digests)
    {
        using var builder = new IndexBuilder(File, new(4096, digests.Length * 4096L));
        foreach (var i in Enumerable.Range(0, digests.Length).Reverse())
            builder.Put(i, digests[i]);
        return builder.Finish(IndexHeader.Of(SHA256.HashData([1])), sync: true);
    }

    private static byte[] Top(byte[][] nodes) =>
        nodes.Length == 1 ? nodes[0] : Top([.. nodes.Chunk(16).Select(group => SHA256.HashData([.. group.SelectMany(n => n)]))]);
}
