using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Where the desired state and people's requests come from. Not asked while a transition is in flight (law 3).</summary>
public interface IWishes
{
    /// <summary>Reads what is wanted now.</summary>
    Task<Wishes> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A request was carried out, or refused, and that was published: it may be removed (law 4).</summary>
    /// <param name="request">Its identity.</param>
    /// <param name="refusal">Why it was refused, null when it was carried out.</param>
    /// <param name="cancellationToken">Stops; the request is answered again later.</param>
    Task AnswerAsync(string request, ErrorRecord? refusal, CancellationToken cancellationToken);
}
