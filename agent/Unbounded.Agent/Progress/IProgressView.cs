namespace Unbounded.Agent.Progress;

/// <summary>Shows progress to a person, until it is disposed.</summary>
internal interface IProgressView : IProgressSink, IDisposable
{
    /// <summary>One line that stays.</summary>
    void Line(string text);
}
