using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>What a reflector tells.</summary>
public abstract record Reflection
{
    private Reflection()
    {
    }

    /// <summary>Everything that is there: at the beginning, and when events were missed.</summary>
    /// <param name="Objects">The objects, in the server's order.</param>
    public sealed record Listed(IReadOnlyList<ApiObject> Objects) : Reflection;

    /// <summary>An object is there, or changed.</summary>
    /// <param name="Item">The object.</param>
    public sealed record Changed(ApiObject Item) : Reflection;

    /// <summary>An object is gone.</summary>
    /// <param name="Item">As it last was.</param>
    public sealed record Deleted(ApiObject Item) : Reflection;

    /// <summary>The server can't be followed at this instant; what was told before may be old. It is tried again.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Lost(AgentException Error) : Reflection;

    /// <summary>The server can be followed again, and nothing was missed.</summary>
    public sealed record Regained : Reflection;
}
