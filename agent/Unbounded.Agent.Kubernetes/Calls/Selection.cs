namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Which objects of a collection.</summary>
/// <param name="Fields">Field selector, null: all.</param>
/// <param name="Labels">Label selector, null: all.</param>
public sealed record Selection(string? Fields = null, string? Labels = null)
{
    /// <summary>All of them.</summary>
    public static Selection All { get; } = new();

    /// <summary>The one of a name; a rule with <c>resourceNames</c> allows it to be listed and watched so.</summary>
    public static Selection Named(string name) => new($"metadata.name={name}");

    internal IEnumerable<string> Query()
    {
        if (Fields is not null)
            yield return "fieldSelector=" + Uri.EscapeDataString(Fields);
        if (Labels is not null)
            yield return "labelSelector=" + Uri.EscapeDataString(Labels);
    }
}
