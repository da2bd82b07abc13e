using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.Tests.DBus.Session;

/// <summary>Keeps what a subscription is told, in order: a signal's text, gaps, the code of its end.</summary>
internal sealed class RecordingSink : ISignalSink
{
    public const string Gap = "(gap)";

    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    public bool IsEmpty => _told.Reader.Count == 0;

    public ValueTask<string> NextAsync(CancellationToken cancellationToken) => _told.Reader.ReadAsync(cancellationToken);

    /// <summary>The next that is no gap: one restart may be told as several.</summary>
    public async Task<string> NextButGapsAsync(CancellationToken cancellationToken)
    {
        var told = Gap;
        while (told == Gap)
            told = await NextAsync(cancellationToken);
        return told;
    }

    public void OnSignal(BusSignal signal, BusReader reader) => _told.Writer.TryWrite(reader.ReadString());

    public void OnGap() => _told.Writer.TryWrite(Gap);

    public void OnEnd(AgentException error) => _told.Writer.TryWrite(error.Code.Id);
}
