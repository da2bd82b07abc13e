namespace Unbounded.Agent.Simulation;

/// <summary>What an exploration found.</summary>
public sealed record SelfTestReport
{
    /// <summary>The seed that repeats it.</summary>
    public required int Seed { get; init; }

    /// <summary>Crash states, each recovered from until the agent rested.</summary>
    public required long States { get; init; }

    /// <summary>Those with one cut.</summary>
    public required long OneCut { get; init; }

    /// <summary>Those in which the recovery was cut, too.</summary>
    public required long TwoCuts { get; init; }

    /// <summary>Those in which the recovery's recovery was cut.</summary>
    public required long ThreeCuts { get; init; }

    /// <summary>Those in which calls to the file system failed: EIO, or ENOSPC once or for a while.</summary>
    public required long DiskFaults { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long Milliseconds { get; init; }

    /// <summary>States by scenario.</summary>
    public required IReadOnlyList<SelfTestScenario> Scenarios { get; init; }

    /// <summary>The first law that was broken; null when none was.</summary>
    public SelfTestFailure? Failure { get; init; }
}
