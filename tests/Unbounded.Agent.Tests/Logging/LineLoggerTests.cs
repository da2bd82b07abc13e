using System.Text.Json;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Logging;

namespace Unbounded.Agent.Tests.Logging;

public sealed partial class LineLoggerTests
{
    private const string Token = "abcdef.0123456789abcdef";

    private readonly StringWriter _writer = new() { NewLine = "\n" };

    [Fact]
    public void Text_OnATerminal_HasTimeAndLevel()
    {
        LogSwap(Logger(new TextLineFormat(underJournal: false)), "kube2", 5690);

        Assert.Equal("2026-01-02T03:04:05.678Z info  swapped to kube2, down for 5690 ms\n", _writer.ToString());
    }

    [Fact]
    public void Text_UnderTheJournal_HasThePriorityPrefix()
    {
        var logger = Logger(new TextLineFormat(underJournal: true));
        LogSwap(logger, "kube2", 1);
        LogTrouble(logger, new InvalidOperationException("boom"));

        Assert.StartsWith("<6>swapped to kube2", _writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n<3>trouble: System.InvalidOperationException: boom", _writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_AnythingWithLineEnds_StaysOneLine()
    {
        LogSwap(Logger(new TextLineFormat(underJournal: false)), "a\nb\r\nc", 1);

        Assert.Single(_writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Json_OneObjectALine_WithFieldsAndError()
    {
        var logger = Logger(new JsonLineFormat());
        LogSwap(logger, "kube2", 5690);
        LogTrouble(logger, new AgentException(new("UBA-9999", ErrorKind.Internal), "what", "why", "next"));

        var lines = _writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal("2026-01-02T03:04:05.678Z", lines[0].GetProperty("time").GetString());
        Assert.Equal("info", lines[0].GetProperty("level").GetString());
        Assert.Equal("Swap", lines[0].GetProperty("event").GetString());
        Assert.Equal("kube2", lines[0].GetProperty("fields").GetProperty("Slot").GetString());
        Assert.Equal(5690, lines[0].GetProperty("fields").GetProperty("Milliseconds").GetInt64());
        Assert.False(lines[0].TryGetProperty("error", out _));
        Assert.Equal("UBA-9999", lines[1].GetProperty("error").GetProperty("code").GetString());
        Assert.False(lines[1].TryGetProperty("fields", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Law16_AToken_NeverReachesTheLog(bool json)
    {
        var text = LogTokens(json ? new JsonLineFormat() : new TextLineFormat(underJournal: true));

        Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
        Assert.Contains("trouble", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_AFormatThatHidesNothing_IsFound() =>
        Assert.Equal(5, LogTokens(new OpenFormat()).Split(Token).Length - 1);

    [Fact]
    public void Debug_IsWrittenOnlyWhenAskedFor()
    {
        LogDetail(Logger(new TextLineFormat(underJournal: false)));
        Assert.Empty(_writer.ToString());

        LogDetail(Logger(new TextLineFormat(underJournal: false), LogLevel.Debug));
        Assert.Contains("debug a detail", _writer.ToString(), StringComparison.Ordinal);
    }

    // Everywhere where a message could carry one: a field, an exception, each part of an error.
    private string LogTokens(ILineFormat format)
    {
        var logger = Logger(format);
        LogSwap(logger, Token, 1);
        LogTrouble(logger, new InvalidOperationException(Token));
        LogTrouble(logger, new AgentException(new("UBA-9999", ErrorKind.Internal), Token, Token, Token));
        return _writer.ToString();
    }

    private ILogger Logger(ILineFormat format, LogLevel minimum = LogLevel.Information)
    {
        using var factory = new LineLoggerFactory(_writer, format, minimum, new FixedTime());
        return factory.CreateLogger("Test");
    }

    [LoggerMessage(Level = LogLevel.Information, EventName = "Swap", Message = "swapped to {Slot}, down for {Milliseconds} ms")]
    private static partial void LogSwap(ILogger logger, string slot, long milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "trouble")]
    private static partial void LogTrouble(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "a detail")]
    private static partial void LogDetail(ILogger logger);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    }

    // Planted on purpose.
    private sealed class OpenFormat : ILineFormat
    {
        public string Format(in LogLine line) => line.Exception is AgentException e ? $"{line.Message} {e.What} {e.Why} {e.Next}" : $"{line.Message} {line.Exception?.Message}";
    }
}
