using System.Diagnostics;
using System.Globalization;

namespace Unbounded.Agent.Images.Tests.Store;

/// <summary>Works on a store in another process, which is killed (SIGKILL) when it enters a system call for the nth time.</summary>
internal static class ChildStore
{
    /// <summary>How often the process made a call.</summary>
    internal static int Count(string calls, string command, string root, string argument)
    {
        var log = Path.GetTempFileName();
        try
        {
            var (exitCode, output) = Run(["-f", "-qq", "-e", $"trace={calls}", "-o", log], command, root, argument);
            Assert.True(exitCode == 0, output);
            // Signals and the ends of calls that another thread interrupted have lines too.
            var starts = calls.Split(',').Select(call => $" {call}(").ToArray();
            return File.ReadLines(log).Count(line => Array.Exists(starts, start => line.Contains(start, StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Runs it; true when it was killed, false when it ended before it came so far.</summary>
    internal static bool RunAndKill(string call, int when, string command, string root, string argument)
    {
        var inject = string.Create(CultureInfo.InvariantCulture, $"inject={call}:signal=KILL:when={when}");
        var (exitCode, output) = Run(["-f", "-qq", "-e", $"trace={call}", "-e", inject, "-o", "/dev/null"], command, root, argument);
        Assert.True(exitCode is 0 or 137, output);
        return exitCode == 137;
    }

    private static (int ExitCode, string Output) Run(string[] options, string command, string root, string argument)
    {
        var start = new ProcessStartInfo("strace", [.. options, Environment.ProcessPath!, "exec", typeof(ChildStore).Assembly.Location, command, root, argument])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }
}
