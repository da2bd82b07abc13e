using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>One try of a call that failed.</summary>
/// <param name="error">The error that the caller gets when no other try follows.</param>
/// <param name="again">Whether another try can help and does no harm.</param>
/// <param name="after">How long the server asks to wait, null: it does not say.</param>
internal sealed class CallFailure(AgentException error, bool again, TimeSpan? after = null) : Exception(error.Message, error)
{
    public AgentException Error => error;

    public bool Again => again;

    public TimeSpan? After => after;
}
