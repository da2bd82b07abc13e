namespace Unbounded.Agent.Cli;

/// <summary>How log lines are written to standard error.</summary>
internal enum LogFormat
{
    /// <summary>One line of text a message.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
