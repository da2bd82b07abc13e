using System.Runtime.InteropServices;

namespace Unbounded.Agent.Cli;

/// <summary>
/// SIGINT, SIGTERM and, for a command that a person runs, SIGHUP as cancellation: the process ends when its work has come to a safe instant.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Starts listening.</summary>
    /// <param name="hangup">Whether SIGHUP ends it, too: a closed terminal. To a daemon that signal means: look again.</param>
    public TerminationSignals(bool hangup)
    {
        IReadOnlyList<PosixSignal> signals = hangup
            ? [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]
            : [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        _registrations = [.. signals.Select(s => PosixSignalRegistration.Create(s, Cancel))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
