namespace Unbounded.Agent.Integration.Kills;

/// <summary>What came of one kill; a line of <c>hack/kill</c>'s results.</summary>
internal sealed record CutResult
{
    public required string Suite { get; init; }

    public required int Number { get; init; }

    public required Victim Victim { get; init; }

    public required Course Course { get; init; }

    /// <summary>What was aimed at; null for a random instant.</summary>
    public string? Aim { get; init; }

    /// <summary>From the edit or the request to the kill.</summary>
    public double AfterMilliseconds { get; init; }

    /// <summary>The step that the record on the disk was in afterwards.</summary>
    public string Hit { get; init; } = "";

    /// <summary>The phase that was on the disk.</summary>
    public string Phase { get; init; } = "";

    /// <summary>The machine that came up without the agent, after a kill of the host.</summary>
    public string? Booted { get; init; }

    /// <summary>From a kill of the host to the first good answer of a kubelet, without the agent.</summary>
    public double? NodeMilliseconds { get; init; }

    /// <summary>How long the node was down in the transition, as the agent measured it; null when it was not, or the host was.</summary>
    public long? DowntimeMilliseconds { get; init; }

    /// <summary>From the kill, or after a kill of the host from the agent's start, to the end of the transition.</summary>
    public double EndMilliseconds { get; init; }

    /// <summary>How the transition ended.</summary>
    public string Result { get; init; } = "";

    /// <summary>The side that it left at work: old or new.</summary>
    public string Side { get; init; } = "";

    /// <summary>Why it was given up; null when it was not.</summary>
    public string? Error { get; init; }

    /// <summary>What was not as it has to be afterwards; null when nothing was.</summary>
    public string? Harm { get; init; }

    /// <summary>A kill that is planned on a host.</summary>
    public static CutResult Of(string suite, Cut cut) => new() { Suite = suite, Number = cut.Number, Victim = cut.Victim, Course = cut.Course, Aim = cut.Aim?.Name };
}
