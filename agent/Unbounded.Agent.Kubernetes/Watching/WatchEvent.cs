using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Item">The object after it; of a bookmark only its version means anything.</param>
/// <param name="ResourceVersion">Where a watch goes on after this event.</param>
public sealed record WatchEvent(WatchEventType Type, ApiObject Item, string ResourceVersion);

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It is there (now, or already was).</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>Nothing: the version up to which everything was told.</summary>
    Bookmark,
}
