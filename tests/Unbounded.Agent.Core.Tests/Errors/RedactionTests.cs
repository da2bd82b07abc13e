using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Tests.Errors;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("token abcdef.0123456789abcdef!", "token [hidden]!")]
    [InlineData("https://user:pass@host/x", "https://[hidden]@host/x")]
    [InlineData("https://host/x?sig=abc&y=1 end", "https://host/x?[hidden] end")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2ln x", "[hidden] x")]
    [InlineData("a -----BEGIN RSA PRIVATE KEY-----\nAAA\n-----END RSA PRIVATE KEY----- b", "a [hidden] b")]
    [InlineData("a -----BEGIN PRIVATE KEY-----\nAAA", "a [hidden]")]
    [InlineData("kube1 v1.33.1 oci-layout:///srv/x:v1", "kube1 v1.33.1 oci-layout:///srv/x:v1")]
    public void Law16_Scrub_HidesWhatLooksLikeASecret(string text, string expected) => Assert.Equal(expected, Redaction.Scrub(text));

    [Fact]
    public void Shown_LongText_IsCut()
    {
        var shown = Redaction.Shown(new string('a', 5000));
        Assert.Equal(Redaction.ShownLength + 1, shown.Length);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_Shown_SecretAtTheCut_IsNotHalfShown()
    {
        var shown = Redaction.Shown(new string('-', 70) + " abcdef.0123456789abcdef");
        Assert.DoesNotContain("abcdef", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Shown_ControlAndFormatCharacters_AreReplaced() => Assert.Equal("a�b�c", Redaction.Shown("a\u001bb\u202ec"));

    [Fact]
    public void Shown_LoneSurrogate_IsReplaced() => Assert.Equal("a\ufffd", Redaction.Shown("a\ud800"));

    [Fact]
    public void Scrub_HostileText_EndsInTime()
    {
        foreach (var text in new[] { "://", "Bearer ", "eyJ", "-----BEGIN PRIVATE KEY-----", "abcdef." })
            Assert.NotNull(Redaction.Scrub(string.Concat(Enumerable.Repeat(text, 20_000))));
    }

    [Theory]
    [InlineData(1990)]
    [InlineData(1999)]
    [InlineData(2000)]
    public void Law16_Kept_TokenWhereTheTextIsCut_IsHiddenWhole(int before)
    {
        var kept = Redaction.Kept(new string('x', before - 1) + " abcdef.0123456789abcdef", 2000);

        Assert.DoesNotContain("abcdef.", kept, StringComparison.Ordinal);
        Assert.InRange(kept.Length, 1, 2001);
    }

    [Fact]
    public void Kept_ControlSequences_DrawNothing() =>
        Assert.Equal("a [2J b\nc", Redaction.Kept("a\u001b[2J\tb\nc", 100));

    [Fact]
    public void Kept_MoreThanIsLookedThrough_IsCutBeforeIt() =>
        Assert.Equal(new string('y', 10) + "…", Redaction.Kept(new string('y', 200_000), 10));
}
