namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>One page of a list.</summary>
/// <param name="Items">Its objects.</param>
/// <param name="ResourceVersion">The version of the whole list: where a watch goes on.</param>
/// <param name="Continue">Where the next page begins; null: this is the last.</param>
public sealed record Page(IReadOnlyList<ApiObject> Items, string ResourceVersion, string? Continue);
