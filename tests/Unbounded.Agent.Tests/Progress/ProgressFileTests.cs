using Unbounded.Agent.Progress;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Progress;

public sealed class ProgressFileTests : IDisposable
{
    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Read_WhatWasNoted_IsTheSame()
    {
        var file = new ProgressFile(_host.Paths.ProgressFile);
        var note = new LiveProgress
        {
            Pid = 7,
            At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Working = true,
            Step = "prepare",
            Part = "fetch",
            Done = 5,
            Total = 9,
            Waiting = ["7", "8"],
            Problem = new("UBA-9999", "a", "b", "c"),
        };

        file.Note(note);

        var read = file.Read()!;
        Assert.Equal(note with { Warnings = read.Warnings, Waiting = read.Waiting }, read);
        Assert.Equal(note.Waiting, read.Waiting);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_host.Paths.ProgressFile)!, "*.new"));
    }

    [Fact]
    public void Read_NoFile_IsNothing() => Assert.Null(new ProgressFile(_host.Paths.ProgressFile).Read());

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\0\0\0")]
    public void Read_Garbage_IsNothing(string content)
    {
        File.WriteAllText(_host.Paths.ProgressFile, content);

        Assert.Null(new ProgressFile(_host.Paths.ProgressFile).Read());
    }

    [Fact]
    public void Read_AFileWithoutEnd_IsNothing()
    {
        File.CreateSymbolicLink(_host.Paths.ProgressFile, "/dev/zero");

        Assert.Null(new ProgressFile(_host.Paths.ProgressFile).Read());
    }

    [Fact]
    public void Note_WhereNothingCanBeWritten_IsLostQuietly() => new ProgressFile("/proc/nothing/progress.json").Note(new LiveProgress());
}
