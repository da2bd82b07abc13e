using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Events;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Events;

public sealed class MachineEventTests
{
    [Fact]
    public void Of_ASwapUnderWay_SaysHowTheLastEndedAndWhatBegan()
    {
        var events = MachineEvent.Of(Records.Swapping(StepKind.Prepare));

        Assert.Equal(["InstallSucceeded", "SwapStarted"], events.Select(e => e.Reason));
        Assert.Contains("kube2 (Kubernetes 1.31.0, oci-layout:///images:v2)", events[1].Message, StringComparison.Ordinal);
        Assert.All(events, e => Assert.False(e.IsWarning));
    }

    [Theory]
    [InlineData(TransitionResult.RolledBack, "RolledBack")]
    [InlineData(TransitionResult.Failed, "GivenUp")]
    public void Of_ATransitionThatFailed_IsAWarningWithItsCode(TransitionResult result, string reason)
    {
        var record = Records.Installed with { LastTransition = Records.Ended(result) with { Error = Records.Error } };

        var happened = Assert.Single(MachineEvent.Of(record));

        Assert.Equal((reason, true), (happened.Reason, happened.IsWarning));
        Assert.Contains(Records.Error.Code, happened.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NameFor_TheSameEvent_IsTheSameAndAnyOtherIsNot()
    {
        var happened = MachineEvent.Of(Records.Installed)[0];

        Assert.Equal(happened.NameFor("edge-1"), (happened with { Message = "said otherwise" }).NameFor("edge-1"));
        Assert.NotEqual(happened.NameFor("edge-1"), happened.NameFor("edge-2"));
        Assert.NotEqual(happened.NameFor("edge-1"), (happened with { Reason = "Other" }).NameFor("edge-1"));
        Assert.NotEqual(happened.NameFor("edge-1"), (happened with { Transition = happened.Transition.AddTicks(1) }).NameFor("edge-1"));
    }

    [Fact]
    public void ToJson_AnEvent_IsAboutTheMachineAndBounded()
    {
        var happened = MachineEvent.Of(Records.Installed)[0] with { Message = new string('x', 5000) };

        var json = JsonNode.Parse(happened.ToJson("edge-1", "uid-1", "default"))!;

        Assert.Equal("Machine", (string?)json["involvedObject"]!["kind"]);
        Assert.Equal("uid-1", (string?)json["involvedObject"]!["uid"]);
        Assert.InRange(((string)json["message"]!).Length, 1, 1024);
        Assert.EndsWith("Z", (string?)json["lastTimestamp"], StringComparison.Ordinal);
    }
}
