namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>What a request's path leads to.</summary>
internal sealed record FakeAddress(FakeKind Kind, string? Namespace, string? Name, string? Subresource)
{
    public string Key => $"{Kind.Resource}/{Namespace}/{Name}";

    public string Prefix => $"{Kind.Resource}/{Namespace}/";

    public static FakeAddress? Parse(string path)
    {
        var parts = new Queue<string>(path.Trim('/').Split('/').Select(Uri.UnescapeDataString));
        var groupVersion = parts.Dequeue() == "api" ? Next() : $"{Next()}/{Next()}";
        var inside = parts.TryPeek(out var first) && first == "namespaces" && parts.Count > 2;
        string? space = null;
        if (inside)
        {
            parts.Dequeue();
            space = parts.Dequeue();
        }

        var resource = Next();
        var kind = FakeKind.All.FirstOrDefault(k => k.GroupVersion == groupVersion && k.Resource == resource);
        return kind is null ? null : new(kind, space, parts.TryDequeue(out var name) ? name : null, parts.TryDequeue(out var sub) ? sub : null);

        string Next() => parts.TryDequeue(out var part) ? part : "";
    }
}
