namespace Unbounded.Agent.Logging;

/// <summary>Turns a log message into one line, free of secrets.</summary>
internal interface ILineFormat
{
    /// <summary>The line, without its end.</summary>
    string Format(in LogLine line);
}
