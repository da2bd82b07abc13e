namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Which objects a call is about (Kubernetes API conventions, resource URIs). Immutable.</summary>
/// <param name="GroupVersion"><c>v1</c> or <c>group/version</c>.</param>
/// <param name="Resource">Plural name.</param>
/// <param name="Namespace">The namespace, null: cluster-scoped, or all of them.</param>
/// <param name="Name">The object, null: the collection.</param>
/// <param name="Subresource"><c>status</c>, <c>eviction</c>, <c>approval</c>; null: the object itself.</param>
public sealed record ResourcePath(string GroupVersion, string Resource, string? Namespace = null, string? Name = null, string? Subresource = null)
{
    /// <summary>The collection that the object is in.</summary>
    public ResourcePath Collection => this with { Name = null, Subresource = null };

    /// <summary>One object of the collection.</summary>
    public ResourcePath Of(string name) => this with { Name = name };

    /// <summary>The object's status.</summary>
    public ResourcePath Status => this with { Subresource = "status" };

    /// <summary>As people write it: <c>machines.unbounded-cloud.io/edge-1</c>.</summary>
    public override string ToString()
    {
        var slash = GroupVersion.IndexOf('/', StringComparison.Ordinal);
        var kind = slash < 0 ? Resource : $"{Resource}.{GroupVersion[..slash]}";
        var name = Name is null ? kind : $"{kind}/{Name}";
        return (Namespace is null ? name : $"{name} in {Namespace}") + (Subresource is null ? "" : $" ({Subresource})");
    }

    internal string Relative(string query = "")
    {
        var prefix = GroupVersion.Contains('/', StringComparison.Ordinal) ? "apis/" : "api/";
        var path = prefix + GroupVersion
            + (Namespace is null ? "" : "/namespaces/" + Uri.EscapeDataString(Namespace))
            + "/" + Resource
            + (Name is null ? "" : "/" + Uri.EscapeDataString(Name))
            + (Subresource is null ? "" : "/" + Subresource);
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
