using System.Text;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Tests.Configuration.Syntax;

public sealed class CertificateSyntaxTests
{
    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    [Fact]
    public void Ca_OneOrSeveralCertificates_HaveNoProblem()
    {
        Assert.Null(CertificateSyntax.Ca(TestConfig.CaBase64));
        Assert.Null(CertificateSyntax.Ca(Encode("# comment\n" + TestConfig.CaPem + "\n" + TestConfig.CaPem)));
    }

    [Fact]
    public void Ca_SecondOneDamaged_IsNamed()
    {
        var damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        Assert.Contains("certificate 2", CertificateSyntax.Ca(Encode(TestConfig.CaPem + damaged)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "not base64")]
    [InlineData("abc", "not base64")]
    public void Ca_NotBase64_IsNamed(string value, string word) => Assert.Contains(word, CertificateSyntax.Ca(value), StringComparison.Ordinal);

    [Fact]
    public void Ca_CutOffOrEmpty_IsNamed()
    {
        Assert.Contains("no PEM", CertificateSyntax.Ca(Encode(TestConfig.CaPem[..^30])), StringComparison.Ordinal);
        Assert.Contains("no PEM", CertificateSyntax.Ca(Encode("nothing")), StringComparison.Ordinal);
    }

    [Fact]
    public void Ca_KeyBesideTheCertificate_IsRefused()
    {
        var key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
        Assert.Contains("a key does not belong here", CertificateSyntax.Ca(Encode(TestConfig.CaPem + key)), StringComparison.Ordinal);
    }
}
