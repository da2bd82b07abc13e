using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

public sealed class NodePatchTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void Of_ANodeThatIsAsWished_IsNothing()
    {
        var node = Node("""{"rack":"r7","kubernetes.io/arch":"amd64"}""", """[{"key":"gpu","value":"yes","effect":"NoSchedule"}]""", """{"labels":["rack"],"taints":["gpu=yes:NoSchedule"]}""");

        Assert.Null(NodePatch.Of(node, new(new Dictionary<string, string> { ["rack"] = "r7" }, ["gpu=yes:NoSchedule"])));
    }

    [Fact]
    public void Of_ANodeThatWasJustRegistered_IsNotedAndItsTaintsAreLeftAlone()
    {
        var patch = Read(NodePatch.Of(Node("{}", "[]", null), new(None, ["gpu=yes:NoSchedule"])));

        Assert.Equal("""{"labels":[],"taints":["gpu=yes:NoSchedule"]}""", (string?)patch["metadata"]!["annotations"]![NodeView.Annotation]);
        Assert.Null(patch["spec"]);
    }

    [Fact]
    public void Of_Labels_AreAddedChangedAndTakenAwayAndNobodyElsesAreTouched()
    {
        var node = Node("""{"rack":"r7","old":"x","theirs":"y"}""", "[]", """{"labels":["old","rack"],"taints":[]}""");

        var patch = Read(NodePatch.Of(node, new(new Dictionary<string, string> { ["rack"] = "r8", ["zone"] = "a" }, [])));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"rack":"r8","zone":"a","old":null}"""), patch["metadata"]!["labels"]), patch.ToJsonString());
        Assert.Null(patch["spec"]);
    }

    [Fact]
    public void Of_ALabelThatSomebodyTookAway_ComesBack()
    {
        var node = Node("{}", "[]", """{"labels":["rack"],"taints":[]}""");

        Assert.Equal("r7", (string?)Read(NodePatch.Of(node, new(new Dictionary<string, string> { ["rack"] = "r7" }, [])))["metadata"]!["labels"]!["rack"]);
    }

    [Fact]
    public void Of_Taints_AreAddedChangedAndTakenAwayAndNobodyElsesAreTouched()
    {
        const string There = """
            [{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule","timeAdded":"2026-01-01T00:00:00Z"},
             {"key":"gpu","value":"old","effect":"NoSchedule"},{"key":"gone","effect":"NoExecute"}]
            """;
        var node = Node("{}", There, """{"labels":[],"taints":["gpu=old:NoSchedule","gone:NoExecute"]}""");

        var patch = Read(NodePatch.Of(node, new(None, ["gpu=new:NoSchedule", "fresh:PreferNoSchedule"])));

        const string Next = """
            [{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule","timeAdded":"2026-01-01T00:00:00Z"},
             {"key":"gpu","effect":"NoSchedule","value":"new"},{"key":"fresh","effect":"PreferNoSchedule"}]
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Next), patch["spec"]!["taints"]), patch.ToJsonString());
    }

    [Fact]
    public void Of_ATaintThatSomebodyTookAwaySinceItWasBrought_StaysAway()
    {
        var node = Node("{}", "[]", """{"labels":[],"taints":["network:NoExecute"]}""");

        Assert.Null(NodePatch.Of(node, new(None, ["network:NoExecute"])));
    }

    [Fact]
    public void Of_AnyChange_IsBoundToTheVersionThatWasSeen() =>
        Assert.Equal("17", (string?)Read(NodePatch.Of(Node("{}", "[]", null), new(None, [])))["metadata"]!["resourceVersion"]);

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"labels":7}""")]
    public void Of_ANoteThatIsDamaged_TakesNothingAway(string note)
    {
        var patch = Read(NodePatch.Of(Node("""{"theirs":"y"}""", """[{"key":"theirs","effect":"NoSchedule"}]""", note), new(None, [])));

        Assert.Null(patch["metadata"]!["labels"]);
        Assert.Null(patch["spec"]);
    }

    private static JsonObject Read(byte[]? patch)
    {
        Assert.NotNull(patch);
        return (JsonObject)JsonNode.Parse(patch)!;
    }

    private static NodeView Node(string labels, string taints, string? note)
    {
        var node = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "node-1", ["resourceVersion"] = "17", ["labels"] = JsonNode.Parse(labels) },
            ["spec"] = new JsonObject { ["taints"] = JsonNode.Parse(taints) },
        };
        if (note is not null)
            node["metadata"]!["annotations"] = new JsonObject { [NodeView.Annotation] = note };
        return NodeView.Of(new ApiObject(new ObjectMeta("node-1", ResourceVersion: "17"), Encoding.UTF8.GetBytes(node.ToJsonString())));
    }
}
