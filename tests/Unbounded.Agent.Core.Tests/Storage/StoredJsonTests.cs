using System.Text;
using System.Text.Json;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Tests.Storage;

public sealed class StoredJsonTests
{
    [Fact]
    public void Read_AGoodDocument_ReadsIt()
    {
        var error = StoredJson.Read("""{"code":"UBA-1","message":"m\u00e4","cause":"c","nextStep":"n"}"""u8, RecordJson.Default.ErrorRecord);

        Assert.Equal(new ErrorRecord("UBA-1", "m\u00e4", "c", "n"), error);
    }

    [Theory]
    [InlineData("", "not valid JSON, or cut off, at line 1")]
    [InlineData("{\n\"token\": secret}", "at line 2, byte ")]
    [InlineData("{\"token\": \"secret", "not valid JSON, or cut off")]
    [InlineData("{} secret", "not valid JSON")]
    [InlineData("null", "holds null")]
    [InlineData("{\"code\":\"\\ud800\",\"message\":\"secret\"}", "surrogate")]
    [InlineData("{\"\\udc00\":\"secret\"}", "surrogate")]
    [InlineData("[\"secret\"]", "could not be converted")]
    public void Law16_Read_ABadDocument_SaysWhyWithoutQuotingIt(string json, string says)
    {
        var e = Assert.Throws<JsonException>(() => StoredJson.Read(Encoding.UTF8.GetBytes(json), RecordJson.Default.ErrorRecord));

        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNoText_SaysSo() =>
        Assert.Contains("UTF-8", Assert.Throws<JsonException>(() => StoredJson.RequireWellFormed([(byte)'"', 0xff, (byte)'"'])).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AnErrorAtAHostileName_IsOneLine()
    {
        var e = Assert.Throws<JsonException>(() => StoredJson.Read("""{"phase":"idle","attempt_count":{"a\nb\u0007":1}}"""u8, RecordJson.Default.UpdateState));

        Assert.DoesNotContain(e.Message, char.IsControl);
        Assert.InRange(e.Message.Length, 1, 301);
    }
}
