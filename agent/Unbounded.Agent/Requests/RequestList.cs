using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Requests;

/// <summary>What is asked for at one instant.</summary>
/// <param name="Waiting">Requests that were understood, oldest first.</param>
/// <param name="Damaged">One error for each file that was not; the files stay where they are.</param>
internal sealed record RequestList(IReadOnlyList<AgentRequest> Waiting, IReadOnlyList<AgentException> Damaged)
{
    /// <summary>Nothing is asked for.</summary>
    public static RequestList Empty { get; } = new([], []);

    /// <summary>The oldest request of a kind; null when there is none.</summary>
    public AgentRequest? First(RequestKind kind) => Waiting.FirstOrDefault(r => r.Kind == kind);
}
