using System.Text;
using System.Text.Unicode;
using Unbounded.Agent.Core.Configuration.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>
/// Reads one YAML document (1.2 core schema, as far as Kubernetes resources use it) into a tree, without trusting a byte of it. What resources never need and
/// what makes YAML dangerous is refused: anchors and aliases, tags, several documents, keys that are not text, deep nesting.
/// </summary>
internal static class YamlSource
{
    /// <summary>Largest accepted document, in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 24;

    /// <summary>Most values that are read, keys, maps and lists included: bounds time and memory for small values.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">All of its bytes.</param>
    /// <param name="problems">Receives duplicate keys and keys without a value.</param>
    /// <exception cref="YamlRefused">There is no tree.</exception>
    public static DocumentNode Read(ReadOnlySpan<byte> utf8, DocumentProblems problems)
    {
        var text = Decode(utf8);
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                throw new YamlRefused(YamlRefusal.Incomplete, "is empty");
            parser.Consume<DocumentStart>();
            var root = new YamlTreeBuilder(parser, problems).Build(DocumentPath.Root, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
                throw new YamlRefused(YamlRefusal.Unreadable, "there is a second document here; the file must hold one", second.Start);
            parser.Consume<StreamEnd>();
            if (root.Kind == DocumentKind.Null)
                throw new YamlRefused(YamlRefusal.Incomplete, "is empty");
            return root;
        }
        catch (YamlException e)
        {
            throw Invalid(text, e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The scanner's own faults on malformed input; its messages would quote the file.
            throw new YamlRefused(YamlRefusal.Unreadable, "is not valid YAML from here on", parser.Current?.End);
        }
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            throw new YamlRefused(YamlRefusal.Unreadable, $"has {utf8.Length} bytes, at most {MaxBytes} are accepted");
        if (utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw new YamlRefused(YamlRefusal.Incomplete, "is empty");
        if (!Utf8.IsValid(utf8))
            throw new YamlRefused(YamlRefusal.Unreadable, "is not UTF-8");
        if (utf8.Contains((byte)0))
            throw new YamlRefused(YamlRefusal.Incomplete, "has NUL bytes, as a file has whose data never reached the disk");
        // A cut can leave a shorter value that is valid too: 1.33.1 becomes 1.33. A text file ends with a newline.
        if (utf8[^1] != '\n')
            throw new YamlRefused(YamlRefusal.Incomplete, "does not end with a newline, so it may have been cut off");
        return Encoding.UTF8.GetString(utf8);
    }

    // The scanner often stops far from a tab in the indentation, or says line 1: then the tab is what to look at.
    private static YamlRefused Invalid(string text, YamlException e)
    {
        var line = text.Split('\n').ToList().FindIndex(l => l.TakeWhile(char.IsWhiteSpace).Contains('\t'));
        return line < 0
            ? new YamlRefused(YamlRefusal.Unreadable, "is not valid YAML here", e.End.Line > e.Start.Line ? e.End : e.Start)
            : new YamlRefused(YamlRefusal.Unreadable, "is not valid YAML: this line is indented with a tab, YAML wants spaces", new Mark(0, line + 1, 1));
    }
}
