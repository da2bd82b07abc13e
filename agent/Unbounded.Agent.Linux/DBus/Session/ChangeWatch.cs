using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>
/// Tells its one reader that something has changed and is to be read again. Signals and gaps that come while it reads
/// are one wake-up: the reader is told of the last change, and is never flooded.
/// </summary>
internal sealed class ChangeWatch : ISignalSink
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <inheritdoc/>
    public void OnSignal(BusSignal signal, BusReader reader) => _changes.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void OnGap() => _changes.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void OnEnd(AgentException error) => _changes.Writer.TryComplete(error);

    /// <summary>Waits for the next change.</summary>
    /// <exception cref="AgentException">There will be none.</exception>
    internal async Task NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _changes.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is AgentException end)
        {
            ExceptionDispatchInfo.Throw(end);
        }
    }
}
