using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Image;

/// <summary>Shows how far a publication is, as a step of a transition is shown.</summary>
/// <param name="view">Where.</param>
/// <param name="what">What is published.</param>
internal sealed class PublishProgress(IProgressSink view, string what) : IStepProgress
{
    private LiveProgress _now = new() { Working = true, Step = "publish", Description = what };

    public void Begin(string name) => Note(_now with { Part = name, Done = null, Total = null });

    public void Bytes(long done, long? total) => Note(_now with { Done = done, Total = total });

    public void Warn(string message) => Note(_now with { Warnings = [.. _now.Warnings, message] });

    private void Note(LiveProgress now) => view.Note(_now = now);
}
