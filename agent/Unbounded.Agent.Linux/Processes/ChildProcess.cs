using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>
/// The one place that spawns. An argument array and no shell; a fixed, clean environment; no input; bounded output; a deadline.
/// </summary>
public sealed class ChildProcess : IProcessRunner
{
    // A daemon that the program left behind may hold the pipes open for ever.
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;

    /// <summary>Creates the runner.</summary>
    /// <param name="time">Clock of the deadline.</param>
    public ChildProcess(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public async Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = StartInfo(request) };
        Start(process, request);
        process.StandardInput.Close();
        using var reading = new CancellationTokenSource();
        var output = TailReader.ReadAsync((PipeStream)process.StandardOutput.BaseStream, request.OutputLimitBytes, reading.Token);
        var error = TailReader.ReadAsync((PipeStream)process.StandardError.BaseStream, request.OutputLimitBytes, reading.Token);
        try
        {
            await WaitAsync(process, request, cancellationToken);
        }
        finally
        {
            // Real time on purpose: this bounds a kernel pipe, not a policy a test would want to steer.
            reading.CancelAfter(PipeGrace);
        }

        var (text, cut) = await output;
        return new ProcessResult(process.ExitCode, text, (await error).Text, cut);
    }

    private static ProcessStartInfo StartInfo(ProcessRequest request)
    {
        if (!Path.IsPathRooted(request.FileName))
            throw new ArgumentException($"{request.FileName} is not an absolute path", nameof(request));
        var info = new ProcessStartInfo(request.FileName)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in request.Arguments)
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["LANG"] = "C.UTF-8";
        info.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in request.Environment)
            info.Environment[name] = value;
        return info;
    }

    private static void Start(Process process, ProcessRequest request)
    {
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new AgentException(
                LinuxErrors.ProcessNotStarted,
                $"{request.FileName} could not be started",
                e.Message,
                "Install it, or make it executable, and try again",
                e);
        }
    }

    private async Task WaitAsync(Process process, ProcessRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(request.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new AgentException(
                LinuxErrors.ProcessTimedOut,
                $"{request.FileName} did not end in {request.Timeout.TotalSeconds:0.#} s",
                "it was killed with everything it had started",
                "Run it by hand to see what it waits for, and try again");
        }
    }
}
