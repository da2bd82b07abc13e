using System.Text.Json;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Logging;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Logging;

public sealed class LineFormatTests
{
    private static readonly AgentException Coded = new(FrontDoorErrors.RequestWaits, "what", "why", "next");

    [Theory]
    [InlineData(LogLevel.Critical, "<2>", "fatal", "fatal")]
    [InlineData(LogLevel.Error, "<3>", "error", "error")]
    [InlineData(LogLevel.Warning, "<4>", "warn ", "warning")]
    [InlineData(LogLevel.Information, "<6>", "info ", "info")]
    [InlineData(LogLevel.Debug, "<7>", "debug", "debug")]
    [InlineData(LogLevel.Trace, "<7>", "debug", "debug")]
    public void Format_ALevel_HasItsNameInEveryForm(LogLevel level, string journal, string text, string json)
    {
        var line = Line("swapped") with { Level = level };

        Assert.Equal($"{journal}swapped", new TextLineFormat(underJournal: true).Format(line));
        Assert.Equal($"2026-01-02T03:04:05.000Z {text} swapped", new TextLineFormat(underJournal: false).Format(line));
        Assert.Equal(json, Json(line).GetProperty("level").GetString());
    }

    [Theory]
    [InlineData("one\ntwo", "one | two")]
    [InlineData("one\r\ntwo", "one | two")]
    [InlineData("one\u2028two", "one | two")]
    [InlineData("\u001b[2Jclear", " [2Jclear")]
    [InlineData("bell\u0007 back\b", "bell  back ")]
    [InlineData("csi\u009b0m", "csi 0m")]
    public void Format_AMessageThatPlaysTricks_IsOneLineOfText(string message, string shown) =>
        Assert.Equal("<6>" + shown, new TextLineFormat(underJournal: true).Format(Line(message)));

    [Fact]
    public void Format_ACodedError_IsItsFourPartsWithoutAStack()
    {
        var line = Line("failed") with { Exception = Coded };

        Assert.Equal("<6>failed: UBA-6008: what: why. next", new TextLineFormat(underJournal: true).Format(line));
        var error = Json(line).GetProperty("error");
        Assert.Equal(["UBA-6008", "what", "why", "next"], ((string[])["code", "message", "cause", "nextStep"]).Select(n => error.GetProperty(n).GetString()!));
        Assert.False(error.TryGetProperty("stack", out _));
    }

    [Fact]
    public void Format_AnotherError_HasItsStack()
    {
        var line = Line("failed") with { Exception = new InvalidOperationException("never") };

        Assert.Contains("InvalidOperationException: never", new TextLineFormat(underJournal: true).Format(line), StringComparison.Ordinal);
        Assert.Equal("InvalidOperationException", Json(line).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public void Format_Fields_KeepTheirTypes()
    {
        var line = Line("m") with
        {
            Fields = Fields(("Yes", true), ("Int", 7), ("Long", 7L), ("Double", 1.5), ("NaN", double.NaN), ("Null", null), ("Slot", Records.Kube1), ("Time", TimeSpan.FromSeconds(5)), ("{OriginalFormat}", "x")),
        };

        Assert.Equal(
            """{"Yes":true,"Int":7,"Long":7,"Double":1.5,"NaN":"NaN","Null":null,"Slot":"kube1","Time":"00:00:05"}""",
            Json(line).GetProperty("fields").GetRawText());
    }

    [Fact]
    public void Format_WithoutFieldsEventAndError_HasNoneOfThem() =>
        Assert.Equal(["time", "level", "logger", "message"], Json(Line("m") with { Fields = Fields(("{OriginalFormat}", "m")) }).EnumerateObject().Select(p => p.Name));

    [Fact]
    public void Law16_Format_ATokenInAField_IsHidden()
    {
        var line = Line("m") with { Fields = Fields(("Token", "abcdef.0123456789abcdef")) };

        Assert.DoesNotContain("0123456789abcdef", new JsonLineFormat().Format(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_FromManyThreads_KeepsLinesWhole()
    {
        var writer = new StringWriter { NewLine = "\n" };
        using var loggers = new LineLoggerFactory(writer, new TextLineFormat(underJournal: true), LogLevel.Information, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            var logger = loggers.CreateLogger($"{i}");
            for (var n = 0; n < 200; n++)
                logger.Log(LogLevel.Information, default, new string((char)('a' + i), 100), null, (s, _) => s);
        })));

        var lines = writer.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(1600, lines.Length);
        Assert.All(lines, l => Assert.True(l.Length == 103 && l[3..].Distinct().Count() == 1, l));
    }

    private static LogLine Line(string message) => new(Records.Now, LogLevel.Information, "test", null, message, [], null);

    private static List<KeyValuePair<string, object?>> Fields(params (string Name, object? Value)[] fields) => [.. fields.Select(f => new KeyValuePair<string, object?>(f.Name, f.Value))];

    private static JsonElement Json(LogLine line)
    {
        using var document = JsonDocument.Parse(new JsonLineFormat().Format(line));
        return document.RootElement.Clone();
    }
}
