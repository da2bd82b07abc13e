using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <inheritdoc/>
internal sealed class PendingCall<T>(BusCall call, ReadBody<T> read) : PendingCall(call)
{
    // callers never continue on the bus thread
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Answer => _answer.Task;

    internal override void Complete(BusReader reader)
    {
        try
        {
            _answer.TrySetResult(read(reader));
        }
        catch (AgentException e)
        {
            _answer.TrySetException(e);
        }
    }

    internal override void Fail(AgentException error) => _answer.TrySetException(error);
}
