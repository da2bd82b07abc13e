using System.Diagnostics;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Mutation;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Tests.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Mutation;

public sealed class MachineMutationTests
{
    private const int Cases = 5000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly string[] Words =
    [
        "spec:\n", "  update:\n", "    strategy: ", "version: ", "metadata: ", "podGrace: ", "30s", "1h30m", "{a: b}", "[a, b]", "  ", "    ", "\n\n", ": |", ": >-", "\"\\x41\"", "''", "- - - ",
    ];

    [Fact]
    public void Law16_Parse_AnyMutation_IsAcceptedCleanOrRefusedWithACode()
    {
        var original = TestMachine.Bytes(TestMachine.Full);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal) { ["accepted"] = 0 };
        for (var seed = 0; seed < Cases; seed++)
        {
            var bytes = new Mutator(seed, Words).Mutate(original);
            var watch = Stopwatch.StartNew();
            try
            {
                AssertClean(MachineFile.Parse(bytes).Machine, seed);
                counts["accepted"]++;
            }
            catch (AgentException e)
            {
                Assert.True(e.Code.Id is "UBA-5101" or "UBA-5102" or "UBA-5103", $"seed {seed}: {e.Code}");
                Assert.True(e.Details.Count is > 0 and <= 65, $"seed {seed}: {e.Details.Count} details");
                Assert.False(e.Message.Any(char.IsControl), $"seed {seed}: control characters in the message");
                counts[e.Code.Id] = counts.GetValueOrDefault(e.Code.Id) + 1;
            }

            Assert.True(watch.Elapsed < Longest, $"seed {seed} took {watch.Elapsed}");
        }

        // Every way is really taken, or the mutations would prove nothing.
        Assert.Equal(4, counts.Count);
        Assert.All(counts, c => Assert.True(c.Value > Cases / 100, $"{c.Key}: {c.Value}"));
    }

    [Fact]
    public void Law16_Parse_JsonOfAnyMutation_IsAcceptedCleanOrRefusedWithACode()
    {
        var original = MachineJson.Write(TestMachine.Parsed(TestMachine.Full));
        for (var seed = 0; seed < Cases; seed++)
        {
            var bytes = new Mutator(seed, Words).Mutate(original);
            try
            {
                AssertClean(MachineJson.Parse(bytes).Machine, seed);
            }
            catch (AgentException e)
            {
                Assert.True(e.Code.Id is "UBA-5101" or "UBA-5102", $"seed {seed}: {e.Code}");
            }
        }
    }

    // Whatever was accepted can be merged, and keeps to the syntax that the rest of the house relies on.
    private static void AssertClean(Machine machine, int seed)
    {
        var desired = DesiredStateMerger.Merge(TestMachine.Config with { MachineName = machine.Metadata.Name }, machine);
        Assert.True(NameSyntax.Subdomain(desired.Config.MachineName) is null, $"seed {seed}");
        Assert.True(ValueSyntax.Version(desired.Config.Cluster.Version) is null, $"seed {seed}");
        Assert.True(ValueSyntax.Image(desired.Config.OCIImage!) is null, $"seed {seed}");
        Assert.All(desired.Config.Kubelet.Labels, l => Assert.True((NameSyntax.LabelKey(l.Key) ?? NameSyntax.LabelValue(l.Value)) is null, $"seed {seed}"));
        Assert.All(desired.Config.Kubelet.RegisterWithTaints, t => Assert.True(NameSyntax.Taint(t) is null, $"seed {seed}"));
        Assert.InRange(desired.Policy.Drain.PodGrace, TimeSpan.Zero, TimeSpan.FromHours(1));
        Assert.InRange(desired.Policy.HealthGate.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.InRange(desired.Policy.Rollback.MaxAttempts, 1, 100);
    }
}
