namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>How one connection behaves.</summary>
internal sealed record BusConnectionOptions
{
    /// <summary>The clock of all timeouts.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long connecting and authenticating may take.</summary>
    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take when the call says nothing else.</summary>
    internal TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The thread's name, for whoever looks at the process; the kernel keeps 15 bytes.</summary>
    internal string ThreadName { get; init; } = "dbus";

    /// <summary>Whether to wait for the socket of the bus to appear instead of failing when there is none yet.</summary>
    internal bool WaitForSocket { get; init; }

    /// <summary>Receives signals, on the bus thread: it reads them and hands them on, and never blocks.</summary>
    internal SignalHandler? OnSignal { get; init; }

    /// <summary>
    /// Receives method calls, on the bus thread, as sd-bus' bus and message. The product serves nothing and leaves
    /// this null: callers get an error. The tests' stand-in for systemd is built on it.
    /// </summary>
    internal Action<nint, nint>? OnCall { get; init; }
}
