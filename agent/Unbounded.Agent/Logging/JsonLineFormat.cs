using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Logging;

/// <summary>One JSON object a line: time, level, logger, event, message, fields by name, error.</summary>
internal sealed class JsonLineFormat : ILineFormat
{
    private const string Template = "{OriginalFormat}";

    // Lines are read by log collectors, never put into a web page: only what JSON itself needs is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Format(in LogLine line)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", line.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", Name(line.Level));
            json.WriteString("logger", line.Category);
            if (line.Event is not null)
                json.WriteString("event", line.Event);
            json.WriteString("message", Redaction.Scrub(line.Message));
            WriteFields(json, line.Fields);
            if (line.Exception is not null)
                WriteError(json, line.Exception);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var any = false;
        foreach (var (name, value) in fields)
        {
            if (name == Template)
                continue;
            if (!any)
                json.WriteStartObject("fields");
            any = true;
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        if (any)
            json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool b: json.WriteBooleanValue(b); break;
            case int i: json.WriteNumberValue(i); break;
            case uint u: json.WriteNumberValue(u); break;
            case long l: json.WriteNumberValue(l); break;
            case double d when double.IsFinite(d): json.WriteNumberValue(d); break;
            case IFormattable f: json.WriteStringValue(Redaction.Scrub(f.ToString(null, CultureInfo.InvariantCulture))); break;
            default: json.WriteStringValue(Redaction.Scrub(value.ToString() ?? "")); break;
        }
    }

    private static void WriteError(Utf8JsonWriter json, Exception exception)
    {
        json.WriteStartObject("error");
        if (exception is AgentException coded)
        {
            json.WriteString("code", coded.Code.Id);
            json.WriteString("message", Redaction.Scrub(coded.What));
            json.WriteString("cause", Redaction.Scrub(coded.Why));
            json.WriteString("nextStep", Redaction.Scrub(coded.Next));
        }
        else
        {
            json.WriteString("type", exception.GetType().Name);
            json.WriteString("message", Redaction.Scrub(exception.Message));
            json.WriteString("stack", Redaction.Scrub(exception.ToString()));
        }

        json.WriteEndObject();
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
