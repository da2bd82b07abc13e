namespace Unbounded.Agent.Linux.Processes;

/// <summary>
/// Runs a program to its end. The only way in which the product spawns anything; <c>docs/processes.md</c> lists every use.
/// </summary>
public interface IProcessRunner
{
    /// <summary>Starts the program, without a shell, and waits for its end.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Ends the program and everything it started.</param>
    /// <returns>Its exit code and output, also when it failed.</returns>
    /// <exception cref="Core.Errors.AgentException">It can't be started, or did not end in time (it was killed then).</exception>
    Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken);
}
