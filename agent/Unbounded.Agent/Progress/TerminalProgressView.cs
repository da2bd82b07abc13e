using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Unbounded.Agent.Progress;

/// <summary>Progress on a terminal: the steps that ended, and the running one redrawn in place with bytes, rate and remaining time.</summary>
internal sealed class TerminalProgressView : IProgressView
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Read by the thread that draws, which holds locks of its own: no lock of this class may be waited for there.
    private readonly ConcurrentDictionary<int, string> _transfers = [];
    private readonly Task _drawing;
    private readonly ProgressContext _context;
    private readonly IAnsiConsole _console;
    private TransferRate _rate;
    private ProgressTask? _task;
    private string? _shown;
    private int _warnings;

    public TerminalProgressView(IAnsiConsole console, TimeProvider time)
    {
        _console = console;
        _time = time;
        _rate = new TransferRate(time);
        var context = new TaskCompletionSource<ProgressContext>();
        _drawing = console.Progress()
            .AutoClear(enabled: false)
            .HideCompleted(enabled: false)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots) { CompletedText = "*" },
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ElapsedTimeColumn(),
                new TransferColumn(this))
            .StartAsync(async c =>
            {
                context.SetResult(c);
                await _ended.Task;
            });
        _context = context.Task.GetAwaiter().GetResult();
    }

    public void Note(LiveProgress progress)
    {
        lock (_gate)
        {
            foreach (var warning in progress.Warnings.Skip(_warnings))
                Line($"warning: {warning}");
            _warnings = progress.Warnings.Count;
            if (Title(progress) is var title && title != _shown)
                Turn(title);
            if (progress.Done is { } done && _task is { } task)
                Transfer(task, done, progress.Total);
        }
    }

    public void Line(string text) => _console.WriteLine(text);

    public void Dispose()
    {
        lock (_gate)
            Turn(null);
        _ended.TrySetResult();
        _drawing.GetAwaiter().GetResult();
    }

    private static string? Title(LiveProgress progress) => progress.Step is not { } step ? null
        : progress.Part is null ? $"{step}: {progress.Description}"
        : $"{step}: {progress.Part}";

    private void Turn(string? title)
    {
        if (_task is { } ended)
        {
            ended.Value = ended.MaxValue;
            ended.StopTask();
        }

        _shown = title;
        _rate = new TransferRate(_time);
        _task = title is null ? null : _context.AddTask(Markup.Escape(title)).IsIndeterminate();
    }

    private void Transfer(ProgressTask task, long done, long? total)
    {
        _rate.Add(done);
        _transfers[task.Id] = TransferText.Of(done, total, _rate);
    }

    private sealed class TransferColumn(TerminalProgressView view) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(view._transfers.GetValueOrDefault(task.Id, ""));
    }
}
