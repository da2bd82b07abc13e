namespace Unbounded.Agent.TestHost.Containers;

/// <summary>What a command in a container printed and how it ended.</summary>
public sealed record ExecResult(string Stdout, string Stderr, long ExitCode)
{
    /// <summary>Itself, if the command succeeded.</summary>
    /// <exception cref="InvalidOperationException">It did not; carries both outputs.</exception>
    public ExecResult ThrowOnFailure(string what)
        => ExitCode == 0 ? this : throw new InvalidOperationException($"{what}: exit code {ExitCode}\n{Stdout}{Stderr}");
}
