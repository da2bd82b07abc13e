using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Tests.Unpacking;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux;
using Xunit.Abstractions;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>Compressed archives, random within or damaged without: each is unpacked or refused with a code, in bounded memory, and nothing outside the root is touched.</summary>
public sealed class CompressedArchiveFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Cases = 1100;

    // The ring of chunks that is read ahead, and what an archive of at most some ten thousand bytes may cost beside it.
    private const long MostAllocation = 32 << 20;

    private static readonly UnpackOptions Bounded = new()
    {
        Limits = new UnpackLimits { Entries = 2000, TotalBytes = 1 << 20, FileLength = 1L << 32 },
    };

    private readonly Hostile _hostile = new();
    private readonly TempDirectory _directory = TempDirectory.OnTmpfs("size=64m");

    public void Dispose()
    {
        _hostile.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("gzip", "gzip -1", "gzip -9 -n", "cat x.tar.gzip x.tar.gzip")]
    [InlineData("zstd", "zstd -q -1", "zstd -q -19 --no-check", "zstd -q --ultra -22 --long=27", "cat x.tar.zstd x.tar.zstd")]
    [InlineData("xz", "xz -0", "xz -6e --check=sha256", "xz -1 --check=none", "xz -1 --block-size=4096", "xz --x86 --lzma2=preset=1", "cat x.tar.xz x.tar.xz")]
    public void Law16_Unpack_AnyCompressedArchive_IsUnpackedOrRefused(string format, params string[] tools)
    {
        var real = Real(format, tools);
        // What is damaged is whole before: else everything would be refused for one reason.
        Assert.All(real, archive => Assert.Equal("unpacked", FuzzedUnpack.Try("real", () => Unpack(archive))));
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < Cases; seed++)
        {
            var archive = new CompressedMutator(format, real, seed).Archive();
            var outcome = FuzzedUnpack.Try($"{format}, seed {seed}", () => Unpack(archive));
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine(string.Join(", ", outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        _hostile.AssertNothingOutside();
        Assert.InRange(outcomes.GetValueOrDefault("unpacked"), Cases / 100, Cases / 2);
        Assert.InRange(outcomes.GetValueOrDefault(LinuxErrors.CorruptData.Id), Cases / 10, Cases);
        Assert.True(format == "gzip" || outcomes.GetValueOrDefault(LinuxErrors.NeedsTooMuchMemory.Id) >= Cases / 100, "no archive wanted too much memory");
        Assert.True(outcomes.Count >= 8, "the archives within are all alike");
    }

    private void Unpack(byte[] archive)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var metered = new MeteredStream(new MemoryStream(archive));
            ArchiveUnpacker.Unpack(metered, "the image", _hostile.Root, Bounded, static _ => null, out _, CancellationToken.None);
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocation);
            FuzzedUnpack.Empty(_hostile.Root);
        }
    }

    private List<byte[]> Real(string format, string[] tools)
    {
        // The same bytes in every run: a seed that fails has to fail again.
        TempDirectory.Shell($"""
            cd {_directory.Path}
            mkdir -p tree/a/b; echo content >tree/a/file; ln tree/a/file tree/a/hard; ln -s a/file tree/link; seq 4000 >tree/numbers
            for i in $(seq 40); do echo $i | sha512sum; done >tree/noise
            tar -C tree --sort=name --owner=0 --group=0 --mtime=@0 -cf x.tar .; touch -d @1000000000 x.tar
            """);
        return [.. tools.Select(tool =>
        {
            TempDirectory.Shell(tool.StartsWith("cat ", StringComparison.Ordinal) ? $"cd {_directory.Path}; {tool} >out" : $"cd {_directory.Path}; {tool} -c x.tar >out; cp out x.tar.{format}");
            return File.ReadAllBytes(_directory.Sub("out"));
        })];
    }
}
