using System.Text.Json;
using System.Text.Unicode;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>Reads JSON (RFC 8259, no comments, no trailing commas) into a tree, without trusting a byte of it.</summary>
public static class JsonDocumentSource
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most values that are read, maps and lists included: bounds memory for small values.</summary>
    public const int MaxNodes = 20_000;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">All of its bytes.</param>
    /// <param name="maxBytes">Largest accepted size.</param>
    /// <param name="problems">Receives duplicate names and unusable text; the tree is whole nevertheless.</param>
    /// <param name="unreadable">Why there is no tree at all; null when there is one.</param>
    /// <returns>The tree, null when there is none.</returns>
    public static DocumentNode? Read(ReadOnlySpan<byte> utf8, int maxBytes, DocumentProblems problems, out ErrorDetail? unreadable)
    {
        unreadable = Refuse(utf8, maxBytes);
        if (unreadable is not null)
            return null;
        try
        {
            var options = new JsonReaderOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };
            var reader = new Utf8JsonReader(utf8, options);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
                throw new JsonException("more than one value");
            if (HasTooMany(utf8, options))
            {
                unreadable = new ErrorDetail(DocumentPath.Root, $"has more than {MaxNodes} values");
                return null;
            }

            return Build(document.RootElement, DocumentPath.Root, problems);
        }
        catch (JsonException e)
        {
            var line = (int)Math.Min(e.LineNumber ?? 0, int.MaxValue - 1) + 1;
            var column = (int)Math.Min(e.BytePositionInLine ?? 0, int.MaxValue - 1) + 1;
            unreadable = new ErrorDetail(DocumentPath.Root, "is not valid JSON here (or nested too deeply, or cut off)", line, column);
            return null;
        }
    }

    private static ErrorDetail? Refuse(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length > maxBytes)
            return new ErrorDetail(DocumentPath.Root, $"has {utf8.Length} bytes, at most {maxBytes} are accepted");
        if (utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return new ErrorDetail(DocumentPath.Root, "is empty");
        if (utf8.StartsWith("\uFEFF"u8))
            return new ErrorDetail(DocumentPath.Root, "starts with a byte order mark", 1, 1);
        return Utf8.IsValid(utf8) ? null : new ErrorDetail(DocumentPath.Root, "is not UTF-8");
    }

    private static bool HasTooMany(ReadOnlySpan<byte> utf8, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(utf8, options);
        var count = 0;
        while (count <= MaxNodes && reader.Read())
            count += reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject ? 0 : 1;
        return count > MaxNodes;
    }

    private static DocumentNode Build(JsonElement element, string path, DocumentProblems problems)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return BuildMap(element, path, problems);
            case JsonValueKind.Array:
                var items = new List<DocumentNode>();
                foreach (var item in element.EnumerateArray())
                    items.Add(Build(item, DocumentPath.Item(path, items.Count), problems));
                return new DocumentNode { Kind = DocumentKind.List, Path = path, Items = items };
            case JsonValueKind.String:
                var text = new DocumentNode { Kind = DocumentKind.Text, Path = path, Scalar = TextOf(element) ?? "" };
                if (TextOf(element) is null)
                    problems.Error(text, "has an escaped surrogate without its other half");
                return text;
            case JsonValueKind.Number:
                return new DocumentNode { Kind = DocumentKind.Number, Path = path, Scalar = element.GetRawText() };
            case JsonValueKind.True or JsonValueKind.False:
                return new DocumentNode { Kind = DocumentKind.Boolean, Path = path, Scalar = element.GetRawText() };
            default:
                return new DocumentNode { Kind = DocumentKind.Null, Path = path };
        }
    }

    private static DocumentNode BuildMap(JsonElement element, string path, DocumentProblems problems)
    {
        var members = new List<DocumentMember>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = NameOf(property);
            var value = Build(property.Value, DocumentPath.Member(path, name ?? "?"), problems);
            if (name is null)
                problems.Error(value, "the name has an escaped surrogate without its other half");
            else if (!seen.Add(name))
                problems.Error(value, "is there more than once");
            members.Add(new(name ?? "?", value));
        }

        return new DocumentNode { Kind = DocumentKind.Map, Path = path, Members = members };
    }

    // The only failure left after the UTF-8 check: an escape such as \ud800 that no text can hold.
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
