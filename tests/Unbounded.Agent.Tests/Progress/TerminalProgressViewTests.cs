using Spectre.Console;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Progress;

public sealed class TerminalProgressViewTests
{
    private readonly StringWriter _writer = new() { NewLine = "\n" };
    private readonly ManualTime _time = new();

    [Fact]
    public void Dispose_AfterATransfer_LeavesStepsPartsAndBytesOnTheScreen()
    {
        using (var view = new TerminalProgressView(Console(), _time))
        {
            view.Note(new LiveProgress { Working = true, Step = "prepare", Description = "fill kube2" });
            view.Note(new LiveProgress { Working = true, Step = "prepare", Description = "fill kube2", Part = "fetch", Done = 0, Total = 4 << 20 });
            _time.Advance(TimeSpan.FromSeconds(2));
            view.Note(new LiveProgress { Working = true, Step = "prepare", Description = "fill kube2", Part = "fetch", Done = 2 << 20, Total = 4 << 20 });
            view.Note(new LiveProgress { Working = true, Step = "commit", Description = "the host boots [kube2]" });
        }

        var screen = _writer.ToString();
        Assert.Contains("prepare: fill kube2", screen, StringComparison.Ordinal);
        Assert.Contains("prepare: fetch", screen, StringComparison.Ordinal);
        Assert.Contains("2.0 MiB of 4.0 MiB, 1.0 MiB/s, 2.0 s left", screen, StringComparison.Ordinal);
        Assert.Contains("commit: the host boots [kube2]", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Note_Warnings_StayAboveTheProgress()
    {
        using (var view = new TerminalProgressView(Console(), _time))
        {
            view.Note(new LiveProgress { Working = true, Step = "prepare", Description = "x", Warnings = ["the device [/dev/kvm] is missing"] });
            view.Line("a line");
        }

        Assert.Contains("warning: the device [/dev/kvm] is missing", _writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("a line", _writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var view = new TerminalProgressView(Console(), _time);
        view.Note(new LiveProgress { Working = true, Step = "prepare", Description = "x" });

        view.Dispose();
        view.Dispose();
    }

    private IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(_writer),
        });
        console.Profile.Width = 200;
        return console;
    }
}
