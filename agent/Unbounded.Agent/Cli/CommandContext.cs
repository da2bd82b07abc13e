namespace Unbounded.Agent.Cli;

/// <summary>What a command was asked for, beside its own options. Immutable.</summary>
/// <param name="Terminal">Where it answers.</param>
/// <param name="Output">How it answers.</param>
/// <param name="LogFormat">How it logs.</param>
/// <param name="Debug">Whether details are logged.</param>
internal sealed record CommandContext(Terminal Terminal, OutputFormat Output, LogFormat LogFormat, bool Debug);
