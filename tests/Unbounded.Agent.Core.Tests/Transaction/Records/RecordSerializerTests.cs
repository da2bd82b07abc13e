using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Records;

public sealed class RecordSerializerTests
{
    private const string Path = "/record.json";

    public static TheoryData<string> Levels =>
    [
        "",
        "active",
        "previous",
        "state",
        "transition",
        "transition.target",
        "transition.steps.0",
        "attempts",
        "lastTransition",
    ];

    [Fact]
    public void Deserialize_OfWhatWasSerialized_IsTheSame()
    {
        var record = SampleRecords.Full();

        var again = Read(RecordSerializer.Serialize(record));

        Assert.Equal(Text(RecordSerializer.Serialize(record)), Text(RecordSerializer.Serialize(again)));
        Assert.Equal(record.Transition!.Target.Thaw().Config.Kubelet.Auth!.BootstrapToken, again.Transition!.Target.Thaw().Config.Kubelet.Auth!.BootstrapToken);
        Assert.Equal(record.Active!.AppliedConfig, again.Active!.AppliedConfig);
        Assert.Equal(record.Transition.Target.Thaw().Policy, again.Transition.Target.Thaw().Policy);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Law15_UnknownFieldsAreKept_AtEveryLevel(string level)
    {
        var json = Json(SampleRecords.Full());
        At(json, level)["fromTheFuture"] = new JsonObject { ["a"] = 1 };

        var again = JsonNode.Parse(RecordSerializer.Serialize(Read(Bytes(json))))!;

        Assert.Equal("""{"a":1}""", At(again, level)["fromTheFuture"]!.ToJsonString());
    }

    [Fact]
    public void Law15_AnAgentThatDropsWhatItDoesNotKnow_IsFound()
    {
        var json = Json(SampleRecords.Full());
        json["fromTheFuture"] = new JsonObject { ["a"] = 1 };
        var forgetful = Read(Bytes(json));
        forgetful.Unknown = null;

        Assert.Null(JsonNode.Parse(RecordSerializer.Serialize(forgetful))!["fromTheFuture"]);
        Assert.Equal("""{"a":1}""", JsonNode.Parse(RecordSerializer.Serialize(Read(Bytes(json))))!["fromTheFuture"]!.ToJsonString());
    }

    [Fact]
    public void Law15_FieldsOfAFrozenTarget_SurviveAnAgentThatDoesNotKnowThem()
    {
        var json = Json(SampleRecords.Full());
        var content = At(json, "transition.target.content");
        var inner = JsonNode.Parse(Convert.FromBase64String(content["base64"]!.GetValue<string>()))!;
        inner["policy"]!["fromTheFuture"] = true;
        var bytes = Bytes(inner);
        content["base64"] = Convert.ToBase64String(bytes);
        content["sha256"] = new ConfigBytes(bytes).Sha256;

        var again = RecordSerializer.Serialize(Read(Bytes(json)));

        Assert.Equal(content["base64"]!.GetValue<string>(), At(JsonNode.Parse(again)!, "transition.target.content")["base64"]!.GetValue<string>());
    }

    [Fact]
    public void Law15_ANewerMajor_IsRefused()
    {
        var json = Json(SampleRecords.AtRest());
        json["format"]!["major"] = 2;
        json["active"] = "means something else by now";

        var e = Assert.Throws<AgentException>(() => Read(Bytes(json)));

        Assert.Equal(CoreErrors.RecordTooNew, e.Code);
    }

    [Fact]
    public void Deserialize_OfANewerMinor_ReadsIt()
    {
        var json = Json(SampleRecords.AtRest());
        json["format"]!["minor"] = 9;

        Assert.Equal(9, Read(Bytes(json)).Format.Minor);
    }

    [Fact]
    public void Deserialize_OfEveryTruncation_IsAClearError()
    {
        var content = RecordSerializer.Serialize(SampleRecords.Full());
        for (var length = 0; length < content.Length - 1; length += 3)
        {
            var e = Assert.Throws<AgentException>(() => Read(content.AsSpan(0, length)));
            Assert.Equal(CoreErrors.RecordDamaged, e.Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\0\0\0\0")]
    [InlineData("""{"format":{"major":0,"minor":0},"generation":1}""")]
    [InlineData("""{"format":{"major":"1","minor":0},"generation":1}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":0}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":1,"generation":2}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":1,"state":{"phase":"rebooting"}}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":1,"state":{"phase":3}}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":1,"active":{"slot":"kube1"}}""")]
    [InlineData("""{"format":{"major":1,"minor":0},"generation":1,"state":null}""")]
    public void Deserialize_OfGarbage_IsAClearError(string content)
    {
        var e = Assert.Throws<AgentException>(() => Read(Encoding.UTF8.GetBytes(content)));

        Assert.Equal(CoreErrors.RecordDamaged, e.Code);
        Assert.Contains(Path, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Deserialize_OfTenThousandMutations_IsARecordOrAClearError()
    {
        var content = RecordSerializer.Serialize(SampleRecords.Full());
        var random = new Random(20260301);
        for (var i = 0; i < 10_000; i++)
        {
            var mutated = content.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(mutated);
            }
            catch (AgentException e)
            {
                Assert.True(e.Code == CoreErrors.RecordDamaged || e.Code == CoreErrors.RecordTooNew, e.Message);
            }
        }
    }

    [Fact]
    public void Deserialize_OfConfigBytesThatWereChanged_IsRefused()
    {
        var json = Json(SampleRecords.AtRest());
        var config = At(json, "active.appliedConfig");
        var bytes = Convert.FromBase64String(config["base64"]!.GetValue<string>());
        bytes[10] ^= 1;
        config["base64"] = Convert.ToBase64String(bytes);

        var e = Assert.Throws<AgentException>(() => Read(Bytes(json)));

        Assert.Contains("sha256", e.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_TheTokenIsNowhereInTheRecord_ButInConfigBytes()
    {
        var record = SampleRecords.Full();

        Assert.DoesNotContain(Samples.Token, Text(RecordSerializer.Serialize(record)), StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.Token, record.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.Token, record.Transition!.Target.Thaw().ToString(), StringComparison.Ordinal);
        Assert.Contains(Samples.Token, Encoding.UTF8.GetString(record.Active!.AppliedConfig.Memory.Span), StringComparison.Ordinal);
    }

    private static AgentRecord Read(ReadOnlySpan<byte> content) => RecordSerializer.Deserialize(content, Path);

    private static JsonNode Json(AgentRecord record) => JsonNode.Parse(RecordSerializer.Serialize(record))!;

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    private static JsonNode At(JsonNode json, string level)
    {
        foreach (var part in level.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            json = int.TryParse(part, out var index) ? json[index]! : json[part]!;
        }

        return json;
    }
}
