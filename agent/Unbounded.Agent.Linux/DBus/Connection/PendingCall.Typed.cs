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
        catch (Exception e)
        {
            // a fault of a reader is its caller's, not that of the thread all callers share
            _answer.TrySetException(e);
        }
    }

    internal override void Fail(Exception error) => _answer.TrySetException(error);
}
