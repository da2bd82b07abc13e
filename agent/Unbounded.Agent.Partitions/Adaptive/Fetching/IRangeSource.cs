namespace Unbounded.Agent.Partitions.Adaptive.Fetching;

/// <summary>A file of which parts can be had. What comes is not verified.</summary>
internal interface IRangeSource
{
    /// <summary>Bytes that were asked for and came, so far.</summary>
    long FetchedBytes { get; }

    /// <summary>Fills a buffer from a position. May be called from several threads at once.</summary>
    /// <exception cref="Core.Errors.AgentException">It can't be had; <see cref="PartitionsErrors.NoRanges"/>: the server gives no parts.</exception>
    Task ReadAsync(long offset, Memory<byte> into, CancellationToken cancellationToken);
}
