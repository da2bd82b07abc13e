using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class StatusPatchTests
{
    [Fact]
    public void ToPatch_WhatIsNotKnown_IsRemovedFromTheServer()
    {
        var status = Patch(new MachineStatus { Message = "well", LastTransition = new TransitionStatus { To = "kube2", StartedAt = DateTimeOffset.UnixEpoch } });

        Assert.Equal("well", (string?)status["message"]);
        Assert.True(status.ContainsKey("lastError"));
        Assert.Null(status["lastError"]);
        Assert.True(status["lastTransition"]!.AsObject().ContainsKey("finishedAt"));
    }

    [Fact]
    public void ToPatch_ItemsOfLists_HoldNoNull()
    {
        var status = Patch(new MachineStatus { Slots = [new SlotStatus("kube1", "Running", null, null, "1.30.1")] });

        Assert.Equal("""{"name":"kube1","state":"Running","kubernetesVersion":"1.30.1"}""", status["slots"]![0]!.ToJsonString());
    }

    [Fact]
    public void ToPatch_WhatLooksLikeASecret_IsHidden()
    {
        var status = Patch(new MachineStatus { Message = "the token abcdef.0123456789abcdef expired" });

        Assert.DoesNotContain("0123456789abcdef", status.ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonObject Patch(MachineStatus status) => JsonNode.Parse(MachineStatusWriter.ToPatch(status))!["status"]!.AsObject();
}
