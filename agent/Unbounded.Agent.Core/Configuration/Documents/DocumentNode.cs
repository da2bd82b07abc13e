namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>
/// A node of a document from outside, JSON or YAML, with the place it was found at. Immutable. One reader can then treat both formats and
/// report every problem with its place.
/// </summary>
public sealed record DocumentNode
{
    /// <summary>What it is.</summary>
    public required DocumentKind Kind { get; init; }

    /// <summary>Its JSON path: <c>$.spec.update.paused</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Line, from 1; null when the source has none.</summary>
    public int? Line { get; init; }

    /// <summary>Column, from 1; null when the source has none.</summary>
    public int? Column { get; init; }

    /// <summary>The text of a scalar: of a number its digits as written, of a boolean <c>true</c> or <c>false</c>; else empty.</summary>
    public string Scalar { get; init; } = "";

    /// <summary>Members of a map in the order of the file, duplicates included.</summary>
    public IReadOnlyList<DocumentMember> Members { get; init; } = [];

    /// <summary>Items of a list.</summary>
    public IReadOnlyList<DocumentNode> Items { get; init; } = [];

    /// <summary>Only the kind and place: a scalar may be a secret.</summary>
    public override string ToString() => $"{Kind} at {Path}";
}
