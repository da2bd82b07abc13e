using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Configuration;
using Unbounded.Agent.Core.Tests.Transaction.Planning;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Worlds;
using Xunit.Abstractions;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>Documents of Core's formats with a wrong structure: what is accepted is clean, what is refused is left as it is.</summary>
public sealed class JsonFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 3000;

    private static readonly string[] ConfigWords =
    [
        "\"edge-7\"", "\"Node\"", "\"1.33.1\"", "\"v1\"", "{\"BootstrapToken\":\"abcdef.0123456789abcdef\"}", "{\"ExecCredential\":{\"command\":\"x\"}}", "\"oci-layout:///a:b\"", "\"file:///etc/shadow\"",
        "[\"/dev/kvm\"]", "[\"/dev/../etc\"]", "[{\"Source\":\"/run/unbounded\"}]", "[{\"Source\":\"/a\",\"Target\":\"/dev\"}]", "\"192.0.2.7,2001:db8::7\"", "\"a=b:NoSchedule\"", "\"https://u:p@h/\"",
    ];

    private static readonly string[] RecordWords =
    [
        "\"kube1\"", "\"kube2\"", "\"kube3\"", "\"prepare\"", "\"commit\"", "\"verify\"", "\"done\"", "\"intent\"", "\"swap\"", "\"rollback\"", "\"install\"", "\"restart\"", "\"succeeded\"", "\"rolled_back\"", "\"activated\"",
        "{\"major\":1,\"minor\":9}", "{\"major\":2}", "[\"kube1\",\"kube1\"]", "{\"reboot\":-1,\"repave\":-1}",
    ];

    [Fact]
    public void Law16_Config_OfAnyStructure_IsAcceptedCleanOrRefusedWithACode()
    {
        var good = Encoding.UTF8.GetBytes(TestConfig.Full().ToJsonString());
        Fuzz(good, ConfigWords, bytes => AssertClean(AgentConfigParser.Parse(bytes).Config), CoreErrors.ConfigInvalid, CoreErrors.ConfigUnreadable).AssertVaried();
    }

    [Fact]
    public void Law16_AppliedConfig_OfAnyStructure_IsAcceptedCleanOrRefusedWithACode()
    {
        var good = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Full()));
        Fuzz(good, ConfigWords, bytes => AssertClean(AppliedConfig.Load("/applied.json", bytes, AppliedConfig.Sidecar(bytes)).Config), CoreErrors.AppliedConfigInvalid).AssertVaried();
    }

    [Fact]
    public void Law16_Sidecar_OfAnyBytes_MatchesOrIsAMismatch()
    {
        var config = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Full()));
        var good = AppliedConfig.Sidecar(config);
        new FuzzRun(output, sidecar => AppliedConfig.Load("/applied.json", config, sidecar), CoreErrors.AppliedConfigMismatch)
            .Kept(Enumerable.Range(0, Encodings.Count).Select(i => ($"encoding {i}", Encodings.Encode(Encoding.ASCII.GetString(good), i))))
            .Kept(Enumerable.Range(0, 100).Select(i => ($"{i} blanks", (byte[])[.. good, .. Enumerable.Repeat((byte)' ', i)])))
            .Seeds(Cases, seed => new Mutator(seed, "  ", "\n", "  *kube1-applied-config.json").Mutate(good))
            .AssertVaried();
    }

    [Fact]
    public void Law16_Record_OfAnyStructure_IsUsedOrRefusedWithACode()
    {
        var good = RecordSerializer.Serialize(SampleRecords.Full());
        var newer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good).Replace("\"major\": 1", "\"major\": 2", StringComparison.Ordinal));
        Fuzz(good, RecordWords, bytes => AssertDecides(RecordSerializer.Deserialize(bytes, "/record.json")), CoreErrors.RecordDamaged, CoreErrors.RecordTooNew)
            .Kept([("a newer major", newer), ("a newer major, cut off", newer[..^2])])
            .Seeds(Cases, seed => Encodings.Encode(new TreeMutator(seed, RecordWords).Mutate(RecordSerializer.Serialize(SampleRecords.AtRest())).ToJson(), seed % 60))
            .AssertVaried();
    }

    [Fact]
    public void Law16_FrozenTarget_OfAnyStructure_IsUsedOrRefusedWithACode()
    {
        var record = JsonNode.Parse(RecordSerializer.Serialize(SampleRecords.Full()))!;
        var content = record["transition"]!["target"]!["content"]!;
        var good = Convert.FromBase64String(content["base64"]!.GetValue<string>());
        Fuzz(good, [.. ConfigWords, "\"Manual\"", "\"00:05:00\"", "\"-00:00:01\""], Read, CoreErrors.RecordDamaged).AssertVaried();

        void Read(byte[] bytes)
        {
            var frozen = new ConfigBytes(bytes);
            (content["base64"], content["sha256"]) = (Convert.ToBase64String(bytes), frozen.Sha256);
            AssertDecides(RecordSerializer.Deserialize(Encoding.UTF8.GetBytes(record.ToJsonString()), "/record.json"));
        }
    }

    [Fact]
    public void Law16_ARecordThatIsRefused_IsNotQuoted()
    {
        var good = Encoding.UTF8.GetString(RecordSerializer.Serialize(SampleRecords.Full()));
        var e = Assert.Throws<AgentException>(() => RecordSerializer.Deserialize(Encoding.UTF8.GetBytes(good.Replace("true", "secret", StringComparison.Ordinal)), "/record.json"));

        Assert.Matches(@"The record /record\.json can't be read: it is not valid JSON, or cut off, at line \d+, byte \d+\.", e.Message);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_State_OfAnyStructure_IsReadOrRefusedAndLeftAsItIs()
    {
        var good = JsonSerializer.SerializeToUtf8Bytes(SampleRecords.Full().State, RecordJson.Default.UpdateState);
        Fuzz(good, RecordWords, ReadState, CoreErrors.StateFileDamaged, Linux.LinuxErrors.FileTooLarge).AssertVaried();
    }

    private FuzzRun Fuzz(byte[] good, string[] words, Action<byte[]> read, params IReadOnlyList<ErrorCode> codes) =>
        new FuzzRun(output, read, codes)
            .Kept(HostileJson.Of(good))
            .Seeds(Cases, seed => Encodings.Encode(new TreeMutator(seed, words).Mutate(good).ToJson(), seed % 60));

    // What was accepted can be written and read again.
    private static void AssertClean(AgentConfig config)
    {
        var written = AppliedConfig.Serialize(config);
        Assert.Equal(written, AppliedConfig.Serialize(AppliedConfig.Load("/x", written, AppliedConfig.Sidecar(written)).Config));
    }

    // A record that is taken for one leads to a plan, whatever is in it, and can be saved.
    private static void AssertDecides(AgentRecord record)
    {
        var requests = new Requests { Rollback = "request-1", Update = "request-2" };
        foreach (var desired in (Desired?[])[null, Wanted.Nothing, Wanted.Swap()])
            Assert.NotEmpty(Planner.Decide(record, desired, new(DecideCase.Seen(), Discovery.Nothing, requests), SampleRecords.Now).Describe());
        Assert.NotNull(RecordSerializer.Deserialize(RecordSerializer.Serialize(record), "/x"));
    }

    private static void ReadState(byte[] bytes)
    {
        const string Path = "/state.json";
        var disk = new SimDisk(new());
        disk.Put(Path, bytes);
        try
        {
            new StateFile(disk, Path).ReadAsync(default).GetAwaiter().GetResult();
        }
        finally
        {
            Assert.Same(bytes, disk.Peek(Path));
            Assert.Single(disk.Files);
        }
    }
}
