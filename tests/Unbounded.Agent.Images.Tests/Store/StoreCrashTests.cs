using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Store;

/// <summary>A process that works on the store is killed at each of its durable steps; needs strace(1), which kills it there.</summary>
public sealed class StoreCrashTests : IDisposable
{
    private const string DurableSteps = "fsync,syncfs,rename,renameat2";
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("syncfs")]
    [InlineData("renameat2")]
    [InlineData("rename")]
    [InlineData("fsync")]
    [InlineData("fchown")]
    public async Task EnsureAsync_KilledAtEachStep_LeavesAllOrNothing(string call)
    {
        var archive = _fixture.Archive(SeveralFiles());
        var count = ChildStore.Count(call, "ensure", _fixture.Root, archive.ToString());
        Assert.NotEqual(0, count);
        var kills = 0;
        for (var when = 1; when <= count; when++)
        {
            TempDirectory.Run("rm", "-rf", _fixture.Root);
            if (!ChildStore.RunAndKill(call, when, "ensure", _fixture.Root, archive.ToString()))
                continue;
            kills++;
            // Before anybody opens it: what is in its place is whole.
            foreach (var image in Images())
                Assert.True(File.Exists(Path.Combine(image, "image.json")), $"{call} {when}: {image} has no mark");
            var store = await _fixture.OpenAsync();
            foreach (var image in await store.ListAsync())
                AssertWhole(image.Root);
            Assert.Empty(_fixture.Leftovers());
            AssertWhole((await store.EnsureAsync(archive)).Root);
            Assert.Single(Images());
        }

        Assert.Equal(count, kills);
    }

    [Fact]
    public async Task RemoveAsync_KilledAtEachStep_LeavesAllOrNothing()
    {
        var archive = _fixture.Archive(SeveralFiles());
        for (var when = 1; ; when++)
        {
            var digest = (await (await _fixture.OpenAsync()).EnsureAsync(archive)).Digest;
            var killed = ChildStore.RunAndKill("unlinkat", when, "remove", _fixture.Root, digest.ToString());
            if (killed)
                Assert.Empty(Images());
            var store = await _fixture.OpenAsync();
            Assert.Empty(_fixture.Leftovers());
            Assert.Empty(await store.ListAsync());
            if (!killed)
                break;
            Assert.InRange(when, 1, 100);
        }
    }

    [Fact]
    public async Task Law09_EnsureAsync_ManyFiles_AreSyncedOnceNotEach()
    {
        var few = ChildStore.Count(DurableSteps, "ensure", _fixture.Root, _fixture.Archive(SeveralFiles(10)).ToString());
        await (await _fixture.OpenAsync()).ListAsync();
        TempDirectory.Run("rm", "-rf", _fixture.Root);
        var many = ChildStore.Count(DurableSteps, "ensure", _fixture.Root, _fixture.Archive(SeveralFiles(1000)).ToString());
        Assert.Equal(few, many);
        TempDirectory.Run("rm", "-rf", _fixture.Root);
        Assert.Equal(1, ChildStore.Count("syncfs", "ensure", _fixture.Root, _fixture.Archive(SeveralFiles(1000)).ToString()));
    }

    private static byte[] SeveralFiles(int count = 4)
    {
        var archive = new TarBuilder().Directory("./");
        for (var i = 0; i < count; i++)
            archive.File($"dir/{i}", $"content {i}");
        return archive.ToArray();
    }

    private static void AssertWhole(string root)
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal($"content {i}", File.ReadAllText(Path.Combine(root, $"dir/{i}")));
    }

    private string[] Images() =>
        Directory.Exists(Path.Combine(_fixture.Root, "images")) ? Directory.GetDirectories(Path.Combine(_fixture.Root, "images")) : [];
}
