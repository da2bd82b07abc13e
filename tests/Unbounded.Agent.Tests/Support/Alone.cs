namespace Unbounded.Agent.Tests.Support;

/// <summary>For tests that touch what the whole process has: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
