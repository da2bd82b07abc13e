using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Fleet.Tests.Approving;

public sealed class BootstrapTokensTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(null)]
    [InlineData("2026-03-04T05:06:08Z")]
    [InlineData("2026-03-04T06:06:08+01:00")]
    public void Objection_ATokenThatIsGood_IsNone(string? until) => Assert.Null(Judge(FleetScene.SecretOf("abcdef", until)));

    [Theory]
    [InlineData("2026-03-04T05:06:07Z")]
    [InlineData("2026-03-04T05:06:08+01:00")]
    [InlineData("some day")]
    [InlineData("")]
    public void Objection_OneThatHasExpired_IsOne(string until) =>
        Assert.Contains("expired", Judge(FleetScene.SecretOf("abcdef", until)), StringComparison.Ordinal);

    [Fact]
    public void Objection_AnotherKindOfSecret_IsOne()
    {
        var secret = FleetScene.SecretOf("abcdef");
        secret["type"] = "Opaque";

        Assert.Contains("no bootstrap token", Judge(secret), StringComparison.Ordinal);
    }

    [Fact]
    public void Objection_OneThatIsNotForLoggingIn_IsOne()
    {
        var secret = FleetScene.SecretOf("abcdef");
        secret["data"]!.AsObject().Remove("usage-bootstrap-authentication");

        Assert.Contains("log in", Judge(secret), StringComparison.Ordinal);
    }

    [Fact]
    public void Objection_OneThatIsBeingDeleted_IsOne() =>
        Assert.Contains("being deleted", Judge(FleetScene.SecretOf("abcdef"), deleted: Now), StringComparison.Ordinal);

    [Theory]
    [InlineData("Z2hpams=")]
    [InlineData("not base64!")]
    public void Objection_AnotherTokenThanItsNameSays_IsOne(string id)
    {
        var secret = FleetScene.SecretOf("abcdef");
        secret["data"]!["token-id"] = id;

        Assert.Contains("another token", Judge(secret), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"type":7,"data":[]}""")]
    [InlineData("""{"type":"bootstrap.kubernetes.io/token","data":{"token-id":{}}}""")]
    public void Objection_AnythingElse_IsOneAndHoldsNoSecret(string json) =>
        Assert.NotNull(BootstrapTokens.Objection(new ApiObject(new ObjectMeta("bootstrap-token-abcdef"), Encoding.UTF8.GetBytes(json)), Now));

    [Fact]
    public void Objection_OfAnyKind_NeverShowsTheToken()
    {
        var secret = FleetScene.SecretOf("abcdef", "2000-01-01T00:00:00Z");

        Assert.DoesNotContain("0123456789abcdef", Judge(secret), StringComparison.Ordinal);
    }

    private static string? Judge(JsonObject secret, DateTimeOffset? deleted = null) => BootstrapTokens.Objection(
        new ApiObject(new ObjectMeta("bootstrap-token-abcdef", DeletionTimestamp: deleted), Encoding.UTF8.GetBytes(secret.ToJsonString())), Now);
}
