using System.Text.Json.Serialization;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>What the agent is doing when it, or its host, is killed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Course>))]
internal enum Course
{
    /// <summary>A swap to a version that works.</summary>
    Swap,

    /// <summary>A swap to a kubelet that can't become healthy: the agent rolls it back by itself.</summary>
    BrokenSwap,

    /// <summary>A rollback that a person asked for.</summary>
    Rollback,
}
