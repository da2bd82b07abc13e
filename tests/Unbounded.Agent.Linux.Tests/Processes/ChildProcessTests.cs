using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Linux.Tests.Files;

namespace Unbounded.Agent.Linux.Tests.Processes;

public sealed class ChildProcessTests
{
    private readonly ChildProcess _processes = new(TimeProvider.System);

    [Fact]
    public async Task Run_ArgumentsWithShellCharacters_ArePassedAsTheyAre()
    {
        var result = await RunAsync("/usr/bin/printf", "%s|", "a b", "$(id)", "'", "*");
        Assert.Equal("a b|$(id)|'|*|", result.Output);
        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task Run_Environment_IsOnlyWhatWasGiven()
    {
        Environment.SetEnvironmentVariable("AGENT_TEST_SECRET", "s3cret");
        var result = await _processes.RunAsync(
            new ProcessRequest("/usr/bin/env", []) { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIVEN"] = "1" } }, CancellationToken.None);
        var names = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(["GIVEN", "LANG", "LC_ALL", "PATH"], names);
    }

    [Fact]
    public async Task Run_Failing_GivesExitCodeAndBothOutputs()
    {
        var result = await RunAsync("/bin/sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.Output, result.Error));
        Assert.Equal("err", result.Tail());
    }

    [Fact]
    public async Task Run_KilledBySignal_GivesHundredTwentyEightPlusIt() => Assert.Equal(128 + 9, (await RunAsync("/bin/sh", "-c", "kill -9 $$")).ExitCode);

    [Fact]
    public async Task Run_ReadingItsInput_FindsItsEnd() => Assert.Equal("", (await RunAsync("/bin/cat")).Output);

    [Fact]
    public async Task Run_OutputBeyondTheLimit_KeepsItsEndAndSaysSo()
    {
        var request = new ProcessRequest("/bin/sh", ["-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"]) { OutputLimitBytes = 1000 };
        var result = await _processes.RunAsync(request, CancellationToken.None);
        Assert.True(result.OutputCut);
        Assert.Equal(1000, result.Output.Length);
        Assert.EndsWith("line 19999\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BeyondItsTime_KillsItAndWhatItStarted()
    {
        using var directory = new TempDirectory();
        var fifo = directory.File("started");
        TempDirectory.Run("mkfifo", fifo);
        var time = new ManualTime();
        var request = new ProcessRequest("/bin/sh", ["-c", $"sleep 1000 & echo $! >{fifo}; wait"]) { Timeout = TimeSpan.FromSeconds(7) };
        var run = new ChildProcess(time).RunAsync(request, CancellationToken.None);
        using var grandchild = PidFd.TryOpen(int.Parse(await File.ReadAllTextAsync(fifo), CultureInfo.InvariantCulture))!;

        time.Advance(request.Timeout);

        var error = await Assert.ThrowsAsync<AgentException>(() => run);
        Assert.Equal(LinuxErrors.ProcessTimedOut, error.Code);
        Assert.True(PidFd.WaitAll([grandchild], TimeSpan.FromMinutes(1), TimeProvider.System));
    }

    [Fact]
    public async Task Run_Cancelled_KillsIt()
    {
        using var cancel = new CancellationTokenSource();
        var run = _processes.RunAsync(new ProcessRequest("/bin/sleep", ["1000"]), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Run_LeavingADaemonThatHoldsItsOutput_EndsAllTheSame()
    {
        var result = await RunAsync("/bin/sh", "-c", "echo done; sleep 5 &");
        Assert.Equal("done\n", result.Output);
    }

    [Fact]
    public async Task Run_NothingThere_SaysWhatToDo()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => RunAsync("/nonexistent/program"));
        Assert.Equal(LinuxErrors.ProcessNotStarted, error.Code);
    }

    [Fact]
    public async Task Run_NameToBeLookedUp_IsRefused() => await Assert.ThrowsAsync<ArgumentException>(() => RunAsync("sh"));

    private Task<ProcessResult> RunAsync(string program, params string[] arguments) => _processes.RunAsync(new ProcessRequest(program, arguments), CancellationToken.None);
}
