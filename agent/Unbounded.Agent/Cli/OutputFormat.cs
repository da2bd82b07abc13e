namespace Unbounded.Agent.Cli;

/// <summary>How a command answers.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON document on standard output, after the schema in docs/schemas.</summary>
    Json,
}
