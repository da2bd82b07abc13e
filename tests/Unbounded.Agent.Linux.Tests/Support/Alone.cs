namespace Unbounded.Agent.Linux.Tests.Support;

/// <summary>For tests that change what the whole process has (umask, the default proxy): nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
