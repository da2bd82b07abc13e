using System.Text;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Fleet.Tests.Approving;

public sealed class MachineClaimTests
{
    [Fact]
    public void Of_AMachineWithAToken_IsRegisteredAndNamesIt() =>
        Assert.Equal(new("edge-1", true, "u", "bootstrap-token-x"), Read("""{"spec":{"kubernetes":{"bootstrapTokenRef":{"name":"bootstrap-token-x"}}}}"""));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"spec":[]}""")]
    [InlineData("""{"spec":{"kubernetes":"x"}}""")]
    [InlineData("""{"spec":{"kubernetes":{"bootstrapTokenRef":"bootstrap-token-x"}}}""")]
    [InlineData("""{"spec":{"kubernetes":{"bootstrapTokenRef":{"name":7}}}}""")]
    [InlineData("""{"spec":{"kubernetes":{"bootstrapTokenRef":{"name":""}}}}""")]
    public void Of_AnyOtherShape_NamesNone(string json) => Assert.Equal(new("edge-1", true, "u", null), Read(json));

    [Fact]
    public void Of_AMachineThatIsBeingDeleted_IsNotThere() =>
        Assert.Equal(MachineClaim.Missing("edge-1"), Read("""{"spec":{"kubernetes":{"bootstrapTokenRef":{"name":"bootstrap-token-x"}}}}""", DateTimeOffset.UnixEpoch));

    private static MachineClaim Read(string json, DateTimeOffset? deleted = null) =>
        MachineClaim.Of(new ApiObject(new ObjectMeta("edge-1", Uid: "u", DeletionTimestamp: deleted), Encoding.UTF8.GetBytes(json)));
}
