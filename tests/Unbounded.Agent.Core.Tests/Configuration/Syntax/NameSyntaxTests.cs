using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Tests.Configuration.Syntax;

public sealed class NameSyntaxTests
{
    private static string Long(int length) => new('a', length);

    [Theory]
    [InlineData("a")]
    [InlineData("node-1.example.com")]
    [InlineData("1.2.3.4")]
    public void Subdomain_Valid_HasNoProblem(string name) => Assert.Null(NameSyntax.Subdomain(name));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a.-b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public void Subdomain_Invalid_IsNamed(string name) => Assert.NotNull(NameSyntax.Subdomain(name));

    [Fact]
    public void Subdomain_Length_IsBoundedAt253()
    {
        Assert.Null(NameSyntax.Subdomain(Long(253)));
        Assert.NotNull(NameSyntax.Subdomain(Long(254)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A_b.c-D")]
    [InlineData("example.com/role")]
    public void LabelKey_Valid_HasNoProblem(string key) => Assert.Null(NameSyntax.LabelKey(key));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("example.com/")]
    [InlineData("Example.com/a")]
    [InlineData("a/b/c")]
    [InlineData("_a")]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("a,b")]
    public void LabelKey_Invalid_IsNamed(string key) => Assert.NotNull(NameSyntax.LabelKey(key));

    [Fact]
    public void LabelKeyAndValue_Length_IsBoundedAt63()
    {
        Assert.Null(NameSyntax.LabelKey("x.example/" + Long(63)));
        Assert.NotNull(NameSyntax.LabelKey("x.example/" + Long(64)));
        Assert.Null(NameSyntax.LabelValue(Long(63)));
        Assert.NotNull(NameSyntax.LabelValue(Long(64)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("A.b_c-1", true)]
    [InlineData("-", false)]
    [InlineData("a ", false)]
    [InlineData("a\nb", false)]
    public void LabelValue_IsCheckedToTheEnd(string value, bool valid) => Assert.Equal(valid, NameSyntax.LabelValue(value) is null);

    [Theory]
    [InlineData("dedicated=edge:NoSchedule", true)]
    [InlineData("dedicated=:PreferNoSchedule", true)]
    [InlineData("example.com/gpu:NoExecute", true)]
    [InlineData("dedicated=edge", false)]
    [InlineData("dedicated=edge:noschedule", false)]
    [InlineData("=edge:NoSchedule", false)]
    [InlineData(":NoSchedule", false)]
    [InlineData("a=b=c:NoSchedule", false)]
    [InlineData("a=b,c=d:NoSchedule", false)]
    [InlineData("a=b:NoSchedule\n", false)]
    [InlineData("", false)]
    public void Taint_HasKeyValueAndEffect(string taint, bool valid) => Assert.Equal(valid, NameSyntax.Taint(taint) is null);

    [Theory]
    [InlineData("a=b:NoSchedule", "a:NoSchedule")]
    [InlineData("a:NoSchedule", "a:NoSchedule")]
    [InlineData("a=c:NoExecute", "a:NoExecute")]
    public void TaintIdentity_IsKeyAndEffect(string taint, string identity) => Assert.Equal(identity, NameSyntax.TaintIdentity(taint));

    [Theory]
    [InlineData("zone", false)]
    [InlineData("example.com/a", false)]
    [InlineData("notkubernetes.io/a", false)]
    [InlineData("topology.kubernetes.io/zone", false)]
    [InlineData("node.kubernetes.io/anything", false)]
    [InlineData("a.kubelet.kubernetes.io/anything", false)]
    [InlineData("kubernetes.io/role", true)]
    [InlineData("node-role.kubernetes.io/worker", true)]
    [InlineData("x.k8s.io/a", true)]
    public void IsRefusedByKubelet_OnlyForItsOwnDomains(string key, bool refused) => Assert.Equal(refused, NameSyntax.IsRefusedByKubelet(key));
}
