using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Storage;

/// <summary>
/// Reads JSON of the agent's own files as if a stranger had written it: whatever is wrong with the bytes is a <see cref="JsonException"/>, and its message shows
/// nothing of the content, which may be a secret (law 16).
/// </summary>
public static class StoredJson
{
    private const int LongestMessage = 300;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">All bytes of the file.</param>
    /// <param name="type">What it is to be.</param>
    /// <exception cref="JsonException">It is not.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class
    {
        RequireWellFormed(utf8);
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new JsonException(OneLine(e.Message), e);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new JsonException($"a value is not what is expected there ({e.GetType().Name})", e);
        }
    }

    /// <summary>
    /// A document with everything that it lacks taken from another one, object by object: what a version before did not know has its default (law 15). Generated
    /// deserialization would set such a member to zero or null, whatever its initializer says.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON object, or has a name twice.</exception>
    public static byte[] Completed(ReadOnlySpan<byte> utf8, JsonObject defaults)
    {
        RequireWellFormed(utf8);
        try
        {
            var document = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new JsonException("it is no object");
            Complete(document, defaults);
            return Encoding.UTF8.GetBytes(document.ToJsonString());
        }
        catch (JsonException e)
        {
            throw new JsonException(OneLine(e.Message), e);
        }
    }

    /// <summary>Refuses what is no JSON document, and text that can't be: the serializer would find such text only where it is used, or written again.</summary>
    /// <exception cref="JsonException">Why it is none, without quoting it as the parser's own messages do.</exception>
    public static void RequireWellFormed(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("it is not UTF-8");
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader is { ValueIsEscaped: true, TokenType: JsonTokenType.String or JsonTokenType.PropertyName })
                    _ = reader.GetString();
            }
        }
#pragma warning disable MA0054 // the parser's own message quotes the file, and an inner exception is logged with it
        catch (JsonException e)
        {
            throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"it is not valid JSON, or cut off, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}"));
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("it has an escaped surrogate without its other half");
        }
#pragma warning restore MA0054
    }

    private static void Complete(JsonObject document, JsonObject defaults)
    {
        foreach (var (name, value) in defaults)
        {
            if (!document.TryGetPropertyValue(name, out var present))
                document[name] = value?.DeepClone();
            else if (present is JsonObject below && value is JsonObject deeper)
                Complete(below, deeper);
        }
    }

    private static string OneLine(string message)
    {
        var text = new StringBuilder(Redaction.Scrub(message.Length > LongestMessage ? message[..LongestMessage] + "…" : message));
        for (var i = 0; i < text.Length; i++)
            text[i] = char.IsControl(text[i]) ? ' ' : text[i];
        return text.ToString();
    }
}
