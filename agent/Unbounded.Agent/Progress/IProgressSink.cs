namespace Unbounded.Agent.Progress;

/// <summary>Takes notes of what is being done. Quick, never throws.</summary>
internal interface IProgressSink
{
    /// <summary>Something changed.</summary>
    void Note(LiveProgress progress);
}
