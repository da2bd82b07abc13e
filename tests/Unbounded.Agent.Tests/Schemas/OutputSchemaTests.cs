using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Image;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Commands.Preflight;
using Unbounded.Agent.Commands.Update;
using Unbounded.Agent.Commands.Version;
using Unbounded.Agent.Core.Tests.Schemas;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Following;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Schemas;

/// <summary>What commands print and the schemas that are published for it say the same.</summary>
public sealed class OutputSchemaTests
{
    private static readonly ErrorDocument Error = new("UBA-1013", "nothing to go back to", "no side was kept", "set the version", [new("$.A", "is missing", 3, 7)]);

    private static readonly PlanReport Plan = new(
        "swap",
        "Kubernetes version 1.30.1 -> 1.31.0",
        new PlannedTransition("swap", "kube1", "kube2", "1.31.0", "oci-layout:///images:v2"),
        [new PlannedStep("prepare", "kube2", "fill kube2", "a minute")],
        ["kube1 is kept"],
        5690,
        Records.Now,
        Error,
        ["machine.yaml: a field is ignored"],
        new LockHolder(812, "daemon", Records.Now));

    [Fact]
    public void Error_FollowsItsSchema() => Check("error.schema.json", new ErrorReport(Error, 4), FrontDoorJson.Default.ErrorReport);

    [Fact]
    public void ImageIndex_FollowsItsSchema() => Check(
        "image-index.schema.json",
        new ImageIndexDocument("/os.img", "/os.img.index", new('a', 64), new('b', 64), 8192, 4096, 2, 192),
        FrontDoorJson.Default.ImageIndexDocument);

    [Fact]
    public void Version_FollowsItsSchema() => Check("version.schema.json", VersionCommand.Report(), FrontDoorJson.Default.VersionReport);

    [Fact]
    public void Transition_FollowsItsSchema() =>
        Check("transition.schema.json", TransitionReport.Of(Records.Ended(TransitionResult.RolledBack)), FrontDoorJson.Default.TransitionReport);

    [Fact]
    public void Transition_NothingToDo_FollowsItsSchema()
    {
        var terminal = new RecordedTerminal();
        TransitionOutcome.Print(null, terminal.Context(OutputFormat.Json));

        Assert.Equal("null\n", terminal.Out);
        Assert.Empty(JsonSchema.Load("transition.schema.json").Validate(JsonNode.Parse(terminal.Out)));
    }

    [Fact]
    public void Preflight_FollowsItsSchema() => Check(
        "preflight.schema.json",
        PreflightDocument.From(new PreflightReport([new("disk", PreflightStatus.Warning, "seen", "do", TimeSpan.FromSeconds(1))]), failOnWarnings: true),
        FrontDoorJson.Default.PreflightDocument);

    [Fact]
    public void UpdateCheck_FollowsItsSchema() => Check(
        "update-check.schema.json",
        new UpdateOfferDocument("1.0", "2.0", "stable", UpdateAvailable: true, ["an obstacle"], ["a note"]),
        FrontDoorJson.Default.UpdateOfferDocument);

    [Fact]
    public void ImagePush_FollowsItsSchema() => Check(
        "image-push.schema.json",
        new Published("oci://host/os:1", "oci://host/os@sha256:1", "sha256:1", 5, "sha256:2", 6, IsSigned: true, IsSent: false),
        FrontDoorJson.Default.Published);

    [Fact]
    public void Update_FollowsItsSchema() => Check(
        "update.schema.json",
        UpdateEndDocument.From(new(new UpdateState(), "done") { Checks = [new("a", CheckOutcome.Passed, "well", 1, 1)] }),
        FrontDoorJson.Default.UpdateEndDocument);

    [Fact]
    public void UpdateStatus_FollowsItsSchema() => Check(
        "update-status.schema.json",
        UpdateStatusDocument.From(new(new UpdateState(), "A", "B", "GRUB", 3, BootSuccess: false, [new("A", "running", "/dev/vda2", 1, Bootable: true, "1.0", null)])),
        FrontDoorJson.Default.UpdateStatusDocument);

    [Fact]
    public void UpdateStatus_EveryPhase_IsInTheSchema()
    {
        foreach (var phase in PhaseRules.All)
        {
            var document = UpdateEndDocument.From(new(new UpdateState { Phase = phase }, "done"));
            Assert.Empty(JsonSchema.Load("update.schema.json").Validate(Written(document, FrontDoorJson.Default.UpdateEndDocument)));
        }
    }

    [Fact]
    public void Plan_FollowsItsSchema() => Check("plan.schema.json", Plan, FrontDoorJson.Default.PlanReport);

    [Fact]
    public void Plan_EveryKind_IsInTheSchema()
    {
        foreach (var kind in Enum.GetValues<PlanKind>())
            Assert.Empty(JsonSchema.Load("plan.schema.json").Validate(Written(Plan with { Kind = PlanReport.Name(kind) }, FrontDoorJson.Default.PlanReport)));
    }

    [Fact]
    public void Plan_OfNothing_FollowsItsSchemaToo()
    {
        var plan = PlanReport.From(new(PlanKind.Nothing, "the node is as desired"), [], busy: null);

        Assert.Empty(JsonSchema.Load("plan.schema.json").Validate(Written(plan, FrontDoorJson.Default.PlanReport)));
    }

    [Fact]
    public void Transition_EveryKindAndResult_IsInTheSchema()
    {
        var schema = JsonSchema.Load("transition.schema.json");
        foreach (var kind in Enum.GetValues<TransitionKind>())
            Assert.Empty(schema.Validate(Written(TransitionReport.Of(Records.Ended(TransitionResult.Succeeded) with { Kind = kind }), FrontDoorJson.Default.TransitionReport)));
        foreach (var result in Enum.GetValues<TransitionResult>())
            Assert.Empty(schema.Validate(Written(TransitionReport.Of(Records.Ended(result)), FrontDoorJson.Default.TransitionReport)));
    }

    [Fact]
    public void Validate_AMemberOfTheWrongType_IsFound()
    {
        var document = Written(Plan, FrontDoorJson.Default.PlanReport);
        document["predictedDowntimeMilliseconds"] = "soon";

        Assert.NotEmpty(JsonSchema.Load("plan.schema.json").Validate(document));
    }

    // Valid, every member named in the schema, and every member of the schema there and required.
    private static void Check<T>(string name, T document, JsonTypeInfo<T> type)
    {
        var schema = JsonSchema.Load(name);
        var written = Written(document, type);
        Assert.Empty(schema.Validate(written));
        var members = new HashSet<string>(StringComparer.Ordinal);
        Collect(written, "$", members);
        Assert.Equal(schema.Paths().Order(StringComparer.Ordinal), members.Order(StringComparer.Ordinal));
        foreach (var member in written.Select(m => m.Key).ToList())
        {
            var without = Written(document, type);
            without.Remove(member);
            Assert.NotEmpty(schema.Validate(without));
        }
    }

    private static JsonObject Written<T>(T document, JsonTypeInfo<T> type) => JsonNode.Parse(JsonSerializer.Serialize(document, type))!.AsObject();

    private static void Collect(JsonNode? node, string path, HashSet<string> members)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Collect(item, path + "[]", members);
        }

        foreach (var (name, child) in node as JsonObject ?? [])
        {
            members.Add($"{path}.{name}");
            Collect(child, $"{path}.{name}", members);
        }
    }
}
