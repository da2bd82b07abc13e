using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Tests.Support;

/// <summary>A terminal whose streams are kept.</summary>
internal sealed class RecordedTerminal
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public RecordedTerminal(bool isTerminal = false, bool color = true) =>
        Terminal = new Terminal(_out, _error, isTerminal, isTerminal, color);

    public Terminal Terminal { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public CommandContext Context(OutputFormat output = OutputFormat.Text, bool debug = false) => new(Terminal, output, LogFormat.Text, debug);
}
