using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Logging;

/// <summary>
/// Loggers that write one line a message to one stream. No queue and no thread of their own: a line is out when the call returns, so that nothing is lost when the
/// process is killed, and nothing wakes up while nothing is logged.
/// </summary>
internal sealed class LineLoggerFactory(TextWriter writer, ILineFormat format, LogLevel minimum, TimeProvider time) : ILoggerFactory
{
    private readonly Lock _gate = new();

    /// <summary>Loggers as a command line asks for them.</summary>
    public static LineLoggerFactory Create(CommandContext context, bool underJournal, TimeProvider time, LogLevel minimum = LogLevel.Information) => new(
        context.Terminal.Error,
        context.LogFormat == LogFormat.Json ? new JsonLineFormat() : new TextLineFormat(underJournal),
        context.Debug ? LogLevel.Debug : minimum,
        time);

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>There is one provider, this one.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("log lines go to one stream");

    public void Dispose()
    {
        // The stream belongs to the process.
    }

    private void Write(in LogLine line)
    {
        var text = format.Format(line);
        lock (_gate)
        {
            writer.WriteLine(text);
            writer.Flush();
        }
    }

    private sealed class LineLogger(LineLoggerFactory owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner.Minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            owner.Write(new LogLine(
                owner.Time.GetUtcNow(),
                logLevel,
                category,
                eventId.Name,
                formatter(state, exception),
                state as IReadOnlyList<KeyValuePair<string, object?>> ?? [],
                exception));
        }
    }

    private LogLevel Minimum => minimum;

    private TimeProvider Time => time;
}
