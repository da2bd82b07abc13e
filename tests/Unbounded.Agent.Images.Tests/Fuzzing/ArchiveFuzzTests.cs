using System.Diagnostics;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Tests.Unpacking;
using Unbounded.Agent.Images.Unpacking;
using Xunit.Abstractions;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>Random and damaged archives: each is unpacked or refused with a code, and nothing outside the root is touched.</summary>
public sealed class ArchiveFuzzTests : IDisposable
{
    private const int Cases = 2500;

    private static readonly UnpackOptions Bounded = new()
    {
        Limits = new UnpackLimits { Entries = 2000, TotalBytes = 1 << 20, FileLength = 1L << 32 },
    };

    private readonly ITestOutputHelper _output;
    private readonly Hostile _hostile = new();
    private readonly TempDirectory _directory = TempDirectory.OnTmpfs("size=256m");

    public ArchiveFuzzTests(ITestOutputHelper output) => _output = output;

    public void Dispose()
    {
        _hostile.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Law16_UnpackAsync_RandomArchives_AreUnpackedOrRefused()
    {
        var outcomes = await RunAsync(seed => UnpackAsync(new Mutator(seed).Archive()));
        _hostile.AssertNothingOutside();
        AssertVaried(outcomes);
    }

    [Fact]
    public async Task Law16_UnpackAsync_DamagedRealArchives_AreUnpackedOrRefused()
    {
        var seeds = RealArchives();
        var outcomes = await RunAsync(seed =>
        {
            var mutator = new Mutator(seed);
            var archive = seeds[seed % seeds.Count];
            for (var i = seed % 5; i >= 0; i--)
                archive = mutator.Damage(archive);
            return UnpackAsync(archive);
        });
        _hostile.AssertNothingOutside();
        AssertVaried(outcomes);
    }

    [Fact]
    public async Task Law16_UnpackAsync_RandomLayers_AreUnpackedOrRefused()
    {
        var outcomes = await RunAsync(seed =>
        {
            var layout = new LayoutBuilder(_directory.Sub($"layout-{seed}"));
            layout.Add(layout.Image(Enumerable.Range(0, 1 + (seed % 3)).Select(i => (new Mutator((seed * 7) + i).Archive(), LayoutBuilder.Layer))));
            var root = _directory.MakeDirectory($"root-{seed}");
            var image = new OciLayout(new LayoutReference(layout.Path, null, null), new Platform("linux", "amd64")).Find();
            try
            {
                LayerUnpacker.Unpack(new BlobFiles(layout.Path), image, "the image", root, Bounded, null, CancellationToken.None);
            }
            finally
            {
                Directory.Delete(layout.Path, recursive: true);
                FuzzedUnpack.Empty(root);
                Directory.Delete(root);
            }

            return Task.CompletedTask;
        });
        _hostile.AssertNothingOutside();
        AssertVaried(outcomes);
    }

    private void AssertVaried(Dictionary<string, int> outcomes)
    {
        _output.WriteLine(string.Join(", ", outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        // A mutator whose work is always refused at the first header tests nothing.
        Assert.InRange(outcomes.GetValueOrDefault("unpacked"), Cases / 100, Cases);
        Assert.True(outcomes.Count >= 8);
    }

    private static async Task<Dictionary<string, int>> RunAsync(Func<int, Task> run)
    {
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;
        for (var seed = 0; seed < Cases; seed++)
        {
            var started = Stopwatch.GetTimestamp();
            string outcome;
            try
            {
                await run(seed);
                outcome = "unpacked";
            }
            catch (AgentException e)
            {
                outcome = e.Code.Id;
                // A fault of ours would be one of these.
                Assert.True(e.Code.Id.StartsWith("UBA-3", StringComparison.Ordinal), $"seed {seed}: {e}");
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e}", e);
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }

        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return outcomes;
    }

    private List<byte[]> RealArchives()
    {
        var tree = _directory.MakeDirectory("tree");
        TempDirectory.Shell($"""
            cd {tree}
            mkdir -p a/b; echo content > a/file; ln a/file a/hard; ln -s a/file link; mknod null c 1 3; mkfifo pipe
            truncate -s 1M sparse; echo x >> sparse; setfattr -n user.a -v b a/file; setfacl -m u:1:r a/b
            for format in 'pax --xattrs --acls' 'pax --sparse --sparse-version=0.0' 'pax --sparse --sparse-version=0.1' 'pax --sparse' 'gnu --sparse' ustar; do
              tar --format=$format -cf "../$(echo $format | tr ' ' _).tar" .
            done
            """);
        return [.. Directory.GetFiles(_directory.Path, "*.tar").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    private async Task UnpackAsync(byte[] archive)
    {
        try
        {
            await Task.Run(() => Unpack(archive));
        }
        finally
        {
            FuzzedUnpack.Empty(_hostile.Root);
        }
    }

    private void Unpack(byte[] archive)
    {
        using var metered = new MeteredStream(new MemoryStream(archive));
        ArchiveUnpacker.Unpack(metered, "the image", _hostile.Root, Bounded, static _ => null, out _, CancellationToken.None);
    }
}
