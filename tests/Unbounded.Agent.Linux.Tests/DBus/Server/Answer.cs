using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>What a service answers, and the signals it sends around the answer.</summary>
internal sealed record Answer(WriteBody? Body = null)
{
    public IReadOnlyList<OutgoingSignal> Before { get; init; } = [];

    public IReadOnlyList<OutgoingSignal> After { get; init; } = [];
}
