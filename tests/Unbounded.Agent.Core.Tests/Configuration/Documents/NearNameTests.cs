using Unbounded.Agent.Core.Configuration.Documents;

namespace Unbounded.Agent.Core.Tests.Configuration.Documents;

public sealed class NearNameTests
{
    private static readonly string[] Known = ["version", "nodeRef", "nodeLabels", "registerWithTaints", "url", "baseURL"];

    [Theory]
    [InlineData("verson", "version")]
    [InlineData("versionn", "version")]
    [InlineData("vresion", "version")]
    [InlineData("Version", "version")]
    [InlineData("VERSON", "version")]
    [InlineData("nodelables", "nodeLabels")]
    [InlineData("registerWithTaint", "registerWithTaints")]
    [InlineData("uri", "url")]
    [InlineData("baseurl", "baseURL")]
    [InlineData("nodeLabel", "nodeLabels")]
    public void Of_ASlip_IsTheNameThatWasMeant(string slip, string meant) => Assert.Equal(meant, NearName.Of(slip, Known));

    [Theory]
    [InlineData("colour")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("versionOfKubernetes")]
    public void Of_AnotherName_IsNone(string name) => Assert.Null(NearName.Of(name, Known));

    [Fact]
    public void Of_TwoNamesAsNear_IsAlwaysTheSame() => Assert.Equal("aax", NearName.Of("aa1", ["aaz", "aax", "aay"]));

    [Fact]
    public void Law16_Of_AnEndlessName_ComparesNothing() => Assert.Null(NearName.Of(new string('v', 1 << 20), [new string('v', 1 << 20)]));

    [Fact]
    public void Of_NoKnownNames_IsNone() => Assert.Null(NearName.Of("version", []));
}
