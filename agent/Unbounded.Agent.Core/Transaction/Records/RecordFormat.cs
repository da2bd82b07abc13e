namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>Version of the record's format.</summary>
/// <param name="Major">A newer one is refused.</param>
/// <param name="Minor">A newer one is read; what it added is kept.</param>
public sealed record RecordFormat(int Major, int Minor)
{
    /// <summary>What this version writes.</summary>
    public static RecordFormat Current { get; } = new(1, 0);
}
