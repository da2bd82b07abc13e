using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Transaction.Records;

internal sealed record FrozenContent
{
    public required AgentConfig Config { get; init; }

    public required UpdatePolicy Policy { get; init; }

    // Config may hold a token: nothing of it is printed.
    public override string ToString() => nameof(FrozenContent);
}
