using System.Text.Json.Serialization;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>The Machine resource (<c>unbounded-cloud.io/v1alpha3</c>, cluster-scoped), as far as the agent reads and writes it. Immutable.</summary>
public sealed record Machine
{
    /// <summary>The group and version.</summary>
    public const string GroupVersion = "unbounded-cloud.io/v1alpha3";

    /// <summary>The kind.</summary>
    public const string KindName = "Machine";

    /// <summary><see cref="GroupVersion"/>.</summary>
    public string ApiVersion { get; init; } = GroupVersion;

    /// <summary><see cref="KindName"/>.</summary>
    public string Kind { get; init; } = KindName;

    /// <summary>Name and generation.</summary>
    public required MachineMetadata Metadata { get; init; }

    /// <summary>What is wanted.</summary>
    public MachineSpec Spec { get; init; } = new();

    /// <summary>What is, null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MachineStatus? Status { get; init; }
}

/// <summary>The part of a resource's metadata that the agent uses.</summary>
/// <param name="Name">Name, RFC 1123.</param>
/// <param name="Generation">Counts changes of the spec; null in a file.</param>
/// <param name="Uid">The server's identity of the object; null in a file.</param>
/// <param name="ResourceVersion">The server's version of the object; null in a file.</param>
public sealed record MachineMetadata(string Name, long? Generation = null, string? Uid = null, string? ResourceVersion = null);
