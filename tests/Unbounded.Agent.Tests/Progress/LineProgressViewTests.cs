using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Progress;

public sealed class LineProgressViewTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly StringWriter _writer = new() { NewLine = "\n" };
    private readonly ManualTime _time = new();
    private readonly LineProgressView _view;

    public LineProgressViewTests() => _view = new LineProgressView(_writer, _time);

    public void Dispose() => _view.Dispose();

    [Fact]
    public void Note_AWholeStep_IsItsBeginningItsPartsAndItsEnd()
    {
        _view.Note(Step("prepare"));
        _view.Note(Step("prepare", "fetch"));
        _view.Note(Step("prepare", "boot"));
        _time.Advance(TimeSpan.FromSeconds(4.2));
        _view.Note(new LiveProgress { Working = true });

        Assert.Equal("prepare: does prepare\n  fetch\n  boot\nprepare: done in 4.2 s\n", _writer.ToString());
    }

    [Fact]
    public void Note_StepsWithoutAGapBetween_AreToldApart()
    {
        _view.Note(Step("deactivate", "stop-kubelet"));
        _view.Note(Step("activate"));

        Assert.Equal("deactivate: does deactivate\n  stop-kubelet\ndeactivate: done in 0 ms\nactivate: does activate\n", _writer.ToString());
    }

    [Fact]
    public void Note_TheSameAgain_SaysNothing()
    {
        _view.Note(Step("prepare", "fetch"));
        var before = _writer.ToString();
        _view.Note(Step("prepare", "fetch"));

        Assert.Equal(before, _writer.ToString());
    }

    [Fact]
    public void Note_ALongTransfer_IsALineEveryFiveSecondsAndOneAtItsEnd()
    {
        _view.Note(Step("prepare", "fetch"));
        for (var i = 0; i <= 12; i++)
        {
            _view.Note(Step("prepare", "fetch") with { Done = i * MiB, Total = 12 * MiB });
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            """
            prepare: does prepare
              fetch
              fetch: 5.0 MiB of 12.0 MiB, 1.0 MiB/s, 7.0 s left
              fetch: 10.0 MiB of 12.0 MiB, 1.0 MiB/s, 2.0 s left
              fetch: 12.0 MiB of 12.0 MiB, 1.0 MiB/s, 0 ms left

            """.ReplaceLineEndings("\n"),
            _writer.ToString());
    }

    [Fact]
    public void Note_Warnings_AreSaidOnce()
    {
        _view.Note(new LiveProgress { Warnings = ["one"] });
        _view.Note(new LiveProgress { Warnings = ["one", "two"] });

        Assert.Equal("warning: one\nwarning: two\n", _writer.ToString());
    }

    [Fact]
    public void Note_WarningsOfTheNextPlan_AreSaidToo()
    {
        _view.Note(new LiveProgress { Warnings = ["one", "two"] });
        _view.Note(new LiveProgress());
        _view.Note(new LiveProgress { Warnings = ["three"] });

        Assert.EndsWith("warning: three\n", _writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_IsWrittenAsItIs()
    {
        _view.Line("  ok  directories");

        Assert.Equal("  ok  directories\n", _writer.ToString());
    }

    private static LiveProgress Step(string step, string? part = null) => new() { Working = true, Step = step, Description = $"does {step}", Part = part };
}
