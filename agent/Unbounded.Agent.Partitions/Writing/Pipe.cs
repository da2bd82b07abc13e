using System.Collections.Concurrent;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Hands pieces from one thread to the next. Bounded, so that a fast stage waits for a slow one and memory does not grow.</summary>
/// <param name="capacity">How many pieces may wait.</param>
/// <param name="stop">Ends all waiting.</param>
internal sealed class Pipe<T>(int capacity, CancellationToken stop) : IDisposable
{
    private readonly BlockingCollection<T> _pieces = new(capacity);

    /// <summary>Hands a piece on.</summary>
    public void Put(T piece) => _pieces.Add(piece, stop);

    /// <summary>Takes the next piece; false when there will be none.</summary>
    public bool TryTake(out T piece) => _pieces.TryTake(out piece!, Timeout.Infinite, stop);

    /// <summary>Takes a piece that will come.</summary>
    public T Take() => _pieces.Take(stop);

    /// <summary>No more will come.</summary>
    public void Complete() => _pieces.CompleteAdding();

    /// <inheritdoc/>
    public void Dispose() => _pieces.Dispose();
}
