namespace Unbounded.Agent.Core.Errors;

/// <summary>
/// A stable error code. Each has a page <c>docs/errors/UBA-nnnn.md</c>; a code is never given a second meaning.
/// Blocks: 1xxx Core, 2xxx Linux, 3xxx Images, 4xxx Machines, 5xxx Kubernetes, 6xxx front door, 7xxx Partitions, 8xxx Fleet.
/// </summary>
/// <param name="Id">The code, <c>UBA-</c> and four digits.</param>
/// <param name="Kind">What it means for the caller.</param>
public sealed record ErrorCode(string Id, ErrorKind Kind)
{
    /// <summary>Whether the fault is another system's that is away for now: no number of tries says anything about what was to be had from it.</summary>
    public bool IsAway { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
