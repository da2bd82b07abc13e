using System.Diagnostics;

namespace Unbounded.Agent.Linux.Tests.Blocks;

/// <summary>Runs a program of the system to its end.</summary>
internal static class Tool
{
    /// <summary>What it prints, without blanks around it. A program that fails fails the test, with what it says.</summary>
    public static string Run(string program, params string[] arguments) =>
        TryRun(program, arguments) is var (code, output, error) && code == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {error}");

    public static (int Code, string Output, string Error) TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
