using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.Files;

// A process that another test starts holds for a moment, between its fork and its exec, what is open here.
[Collection(Alone.Name)]
public sealed class OpenWritersTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Has_AWriterWithTheFileOpen_IsTrueUntilItCloses()
    {
        var path = _directory.File("machine.yaml");
        using (new StreamWriter(path))
            Assert.True(OpenWriters.Has(path));

        Assert.False(OpenWriters.Has(path));
    }

    [Fact]
    public void Has_OnlyReaders_IsFalse()
    {
        var path = _directory.File("machine.yaml");
        File.WriteAllText(path, "x");
        using var reader = File.OpenRead(path);

        Assert.False(OpenWriters.Has(path));
    }

    [Fact]
    public void Has_NoFile_IsFalse() => Assert.False(OpenWriters.Has(_directory.File("none")));

    [Fact]
    public async Task Has_AskedBesideABusyWriter_NeverEndsTheProcess()
    {
        var path = _directory.File("machine.yaml");
        using var done = new ManualResetEventSlim();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                File.WriteAllText(path, "x");
            done.Set();
        });

        while (!done.IsSet)
            OpenWriters.Has(path);
        await writer;
    }
}
