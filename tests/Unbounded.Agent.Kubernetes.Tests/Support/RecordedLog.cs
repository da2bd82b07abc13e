using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Kubernetes.Tests.Support;

/// <summary>A log whose lines are kept.</summary>
internal sealed class RecordedLog : ILoggerFactory
{
    private readonly ConcurrentQueue<(string? Event, string Line)> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines.Select(l => l.Line)];

    public ILogger<T> Logger<T>() => new Logger<T>(this);

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>How often such an event was logged.</summary>
    public int Count(string name) => _lines.Count(l => l.Event == name);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Writer(RecordedLog owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner._lines.Enqueue((eventId.Name, $"{formatter(state, exception)}{(exception is null ? "" : ": " + exception.Message)}"));
    }
}
