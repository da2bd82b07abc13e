namespace Unbounded.Agent.Kubernetes.Queueing;

/// <summary>What a queue knows of a key. Changed under the queue's lock alone.</summary>
internal sealed class WorkItem
{
    public WorkState State { get; set; }

    /// <summary>Whether it was added while it was worked on.</summary>
    public bool Again { get; set; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Brings it back; null: nothing has to.</summary>
    public ITimer? Timer { get; set; }
}

/// <summary>Where a key is.</summary>
internal enum WorkState
{
    /// <summary>It is new, or put aside to be looked at again.</summary>
    Resting,

    /// <summary>A worker takes it next.</summary>
    Ready,

    /// <summary>A worker has it.</summary>
    Working,

    /// <summary>It failed, and waits for its next try.</summary>
    Failed,
}
