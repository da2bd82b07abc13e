using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class MachineStatusWriterTests
{
    private static readonly DateTimeOffset Time = new(2025, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    internal static MachineStatus Full { get; } = new()
    {
        Phase = MachinePhase.Failed,
        Message = "rolled back: kubelet did not become healthy",
        ObservedGeneration = 12,
        Agent = new AgentStatus("oci-layout:///srv/images:v1"),
        Operations = new OperationsStatus(2, 5),
        ActiveSlot = "kube1",
        TargetImage = "oci-layout:///srv/images:v2",
        Attempts = 1,
        Slots = [new SlotStatus("kube1", "Running", "oci-layout:///srv/images:v1", "sha256:00", "1.33.1"), new SlotStatus("kube2", "Empty")],
        LastTransition = new TransitionStatus
        {
            From = "kube1",
            To = "kube2",
            Result = "RolledBack",
            StartedAt = Time,
            FinishedAt = Time.AddMilliseconds(90_250),
            DowntimeMilliseconds = 5690,
            Steps = [new StepStatus("prepare", 80), new StepStatus("activate", 5500)],
        },
        LastError = new ErrorStatus("UBA-1030", "The gate failed", "kubelet-healthz: \"connection refused\"", "See the evidence"),
        Conditions = [new Condition("Ready", ConditionStatus.True, "NodeReady", "yes", Time, 12), new Condition("RolledBack", ConditionStatus.True, "GateFailed", "line 1\nline 2", Time)],
    };

    [Fact]
    public void ToYaml_Full_ReadsAsAPersonWouldWriteIt() =>
        Assert.Equal(
            """
            apiVersion: unbounded-cloud.io/v1alpha3
            kind: Machine
            metadata:
              name: edge-7
            status:
              phase: Failed
              message: "rolled back: kubelet did not become healthy"
              observedGeneration: 12
              agent:
                image: oci-layout:///srv/images:v1
              operations:
                rebootCounter: 2
                repaveCounter: 5
              activeSlot: kube1
              targetImage: oci-layout:///srv/images:v2
              attempts: 1
              slots:
              - name: kube1
                state: Running
                image: oci-layout:///srv/images:v1
                digest: sha256:00
                kubernetesVersion: "1.33.1"
              - name: kube2
                state: Empty
              lastTransition:
                from: kube1
                to: kube2
                result: RolledBack
                startedAt: "2025-03-04T03:06:07Z"
                finishedAt: "2025-03-04T03:07:37.25Z"
                downtimeMilliseconds: 5690
                steps:
                - name: prepare
                  milliseconds: 80
                - name: activate
                  milliseconds: 5500
              lastError:
                code: UBA-1030
                message: The gate failed
                cause: "kubelet-healthz: \"connection refused\""
                nextStep: See the evidence
              conditions:
              - type: Ready
                status: "True"
                reason: NodeReady
                message: "yes"
                lastTransitionTime: "2025-03-04T03:06:07Z"
                observedGeneration: 12
              - type: RolledBack
                status: "True"
                reason: GateFailed
                message: "line 1\nline 2"
                lastTransitionTime: "2025-03-04T03:06:07Z"

            """,
            MachineStatusWriter.ToYaml("edge-7", Full));

    [Fact]
    public void ToYaml_AndToJson_SayTheSame()
    {
        var yaml = YamlSource.Read(Encoding.UTF8.GetBytes(MachineStatusWriter.ToYaml("edge-7", Full)), new DocumentProblems());
        var status = yaml.Members.Single(m => m.Key == "status").Value;
        Assert.Equal(WithoutNulls(JsonNode.Parse(MachineStatusWriter.ToJson(Full)))!.ToJsonString(), ToJson(status)!.ToJsonString());
    }

    [Fact]
    public void ToYaml_IsDeterministicAndAcceptedAsAMachine()
    {
        var text = MachineStatusWriter.ToYaml("edge-7", Full);
        Assert.Equal(text, MachineStatusWriter.ToYaml("edge-7", Full with { }));
        Assert.Empty(MachineFile.Parse(Encoding.UTF8.GetBytes(text)).Warnings);
    }

    [Fact]
    public void ToYaml_OnlyAPhase_LeavesTheRestOut() =>
        Assert.EndsWith("status:\n  phase: Pending\n", MachineStatusWriter.ToYaml("m", new MachineStatus()), StringComparison.Ordinal);

    [Fact]
    public void ToYaml_EmptyLists_AreWrittenAsSuch() =>
        Assert.Contains("  slots: []\n  conditions: []\n", MachineStatusWriter.ToYaml("m", new MachineStatus { Slots = [], Conditions = [] }), StringComparison.Ordinal);

    // Any text can come back from a failed service: it must neither break the document nor leak.
    [Theory]
    [InlineData("")]
    [InlineData(" leading")]
    [InlineData("trailing ")]
    [InlineData("- item")]
    [InlineData("key: value")]
    [InlineData("# comment")]
    [InlineData("x # y")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("0x1f")]
    [InlineData("1e3")]
    [InlineData("2025-03-04")]
    [InlineData("{a: b}")]
    [InlineData("[a]")]
    [InlineData("*alias")]
    [InlineData("!tag")]
    [InlineData("'quoted'")]
    [InlineData("\"quoted\"")]
    [InlineData("back\\slash")]
    [InlineData("tab\tand\r\nnewlines\n")]
    [InlineData("nul\0 esc\u001b del\u007f nel\u0085 ls\u2028 bom\ufeff")]
    [InlineData("ä 😀 漢字")]
    [InlineData("...")]
    [InlineData("---")]
    [InlineData("y")]
    [InlineData("Off")]
    [InlineData("a:")]
    [InlineData("a: ")]
    public void ToYaml_AnyText_ComesBackTheSame(string text)
    {
        var yaml = MachineStatusWriter.ToYaml("m", new MachineStatus { Message = text, TargetImage = text });
        var status = YamlSource.Read(Encoding.UTF8.GetBytes(yaml), new DocumentProblems()).Members.Single(m => m.Key == "status").Value;
        var message = status.Members.Single(m => m.Key == "message").Value;
        Assert.Equal((DocumentKind.Text, text), (message.Kind, message.Scalar));
        Assert.Equal(text, (string?)JsonNode.Parse(MachineStatusWriter.ToJson(new MachineStatus { Message = text }))!["message"]);
    }

    [Fact]
    public void Law16_AnyField_HidesWhatLooksLikeASecret()
    {
        const string token = "abcdef.0123456789abcdef";
        var status = Full with
        {
            Message = $"join with {token}",
            LastError = new ErrorStatus("UBA-1", token, $"https://user:{token}@host", $"Bearer {token}"),
            Slots = [new SlotStatus("kube1", "Running", "https://host/x?sig=abc")],
            Conditions = [new Condition("Ready", ConditionStatus.False, "x", token, Time)],
        };
        var text = MachineStatusWriter.ToYaml("m", status) + Encoding.UTF8.GetString(MachineStatusWriter.ToJson(status));
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=abc", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_HalfASurrogate_IsReplaced() =>
        Assert.Equal("a\ufffd", (string?)JsonNode.Parse(MachineStatusWriter.ToJson(new MachineStatus { Message = "a\ud800" }))!["message"]);

    [Fact]
    public void ToJson_EndsWithANewline() => Assert.Equal((byte)'\n', MachineStatusWriter.ToJson(Full)[^1]);

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, WithoutNulls(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private static JsonNode? ToJson(DocumentNode node) => node.Kind switch
    {
        DocumentKind.Map => new JsonObject(node.Members.Select(m => KeyValuePair.Create(m.Key, ToJson(m.Value)))),
        DocumentKind.List => new JsonArray([.. node.Items.Select(ToJson)]),
        DocumentKind.Text => JsonValue.Create(node.Scalar),
        DocumentKind.Null => null,
        _ => JsonNode.Parse(node.Scalar),
    };
}
