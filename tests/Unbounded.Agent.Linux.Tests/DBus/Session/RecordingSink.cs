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

    public void OnSignal(BusSignal signal, BusReader reader) => _told.Writer.TryWrite(reader.ReadString());

    public void OnGap() => _told.Writer.TryWrite(Gap);

    public void OnEnd(AgentException error) => _told.Writer.TryWrite(error.Code.Id);
}
