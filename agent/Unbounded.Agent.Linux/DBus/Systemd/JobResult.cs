using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>The end of a job.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Operation">What was asked for: <c>start</c>, <c>stop</c>, <c>restart</c>, <c>reload-or-restart</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Raw">systemd's own word for it.</param>
public sealed record JobResult(string Unit, string Operation, JobOutcome Outcome, string Raw)
{
    /// <summary>
    /// Whether the end was not seen but concluded from the unit's state, because systemd or the bus was restarted
    /// while the job ran.
    /// </summary>
    public bool IsConcluded { get; init; }

    /// <summary>Whether what was asked for is so.</summary>
    public bool Succeeded => Outcome is JobOutcome.Done or JobOutcome.Skipped;

    /// <summary>Fails when the job did not succeed.</summary>
    /// <returns>This result.</returns>
    /// <exception cref="AgentException"><see cref="LinuxErrors.JobFailed"/>.</exception>
    public JobResult ThrowIfFailed() => Succeeded
        ? this
        : throw new AgentException(
            LinuxErrors.JobFailed,
            $"systemd could not {Operation} {Unit}",
            $"the job ended with '{Raw}'{(IsConcluded ? ", as the unit's state tells" : "")}",
            $"See `systemctl status {Unit}` and `journalctl -u {Unit}` where that unit runs");
}
