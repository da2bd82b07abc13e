using System.Diagnostics;
using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Configuration;

namespace Unbounded.Agent.Core.Tests.Mutation;

public sealed class ConfigMutationTests
{
    private const int Cases = 3000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly string[] Words =
    [
        "\"MachineName\"", "\"Kubelet\"", "\"Auth\"", "\"Source\"", "\"/dev/\"", "\"ExecCredential\": {", "\"BootstrapToken\": ", TestConfig.Token, "\"/a\\nb\"",
        "\"AdditionalHostMounts\": [{\"Source\":\"/run/unbounded\"}],",
    ];

    [Fact]
    public void Law16_Parse_AnyMutation_IsAcceptedCleanOrRefusedWithACode()
    {
        var original = Encoding.UTF8.GetBytes(TestConfig.Full().ToJsonString(new() { WriteIndented = true }));
        var (accepted, refused) = (0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var bytes = new Mutator(seed, Words).Mutate(original);
            var watch = Stopwatch.StartNew();
            try
            {
                AssertClean(AgentConfigParser.Parse(bytes).Config, seed);
                accepted++;
            }
            catch (AgentException e)
            {
                Assert.True(e.Code == CoreErrors.ConfigInvalid || e.Code == CoreErrors.ConfigUnreadable, $"seed {seed}: {e.Code}");
                Assert.True(e.Details.Count is > 0 and <= 65, $"seed {seed}: {e.Details.Count} details");
                Assert.False(e.Message.Any(char.IsControl), $"seed {seed}: control characters in the message");
                Assert.False(e.Message.Contains(TestConfig.Token, StringComparison.Ordinal), $"seed {seed}: a token in the message");
                refused++;
            }

            Assert.True(watch.Elapsed < Longest, $"seed {seed} took {watch.Elapsed}");
        }

        // Both ways are really taken, or the mutations would prove nothing.
        Assert.True(accepted > Cases / 50, $"{accepted} accepted");
        Assert.True(refused > Cases / 2, $"{refused} refused");
    }

    [Fact]
    public void Law16_Load_AnyMutationWithoutSidecar_IsAcceptedCleanOrRefusedWithACode()
    {
        var original = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Full()));
        for (var seed = 0; seed < Cases; seed++)
        {
            var bytes = new Mutator(seed, Words).Mutate(original);
            try
            {
                AssertClean(AppliedConfig.Load("x", bytes, sidecar: null).Config, seed);
            }
            catch (AgentException e)
            {
                Assert.True(e.Code == CoreErrors.AppliedConfigInvalid, $"seed {seed}: {e.Code}");
            }
        }
    }

    [Fact]
    public void Law16_Load_AnyMutationWithItsOldSidecar_IsAMismatch()
    {
        var original = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Full()));
        var sidecar = AppliedConfig.Sidecar(original);
        for (var seed = 0; seed < Cases; seed++)
        {
            var bytes = new Mutator(seed, Words).Mutate(original);
            if (!bytes.AsSpan().SequenceEqual(original))
                TestConfig.RefusedPlainly(CoreErrors.AppliedConfigMismatch, () => AppliedConfig.Load("x", bytes, sidecar));
        }
    }

    // What ends up in unit files is safe in whatever was accepted, and it can be written and read again.
    private static void AssertClean(AgentConfig config, int seed)
    {
        Assert.All(config.AdditionalHostDevices, d => Assert.True(PathSyntax.Device(d) is null, $"seed {seed}"));
        Assert.All(config.AdditionalHostMounts, m => Assert.True(PathSyntax.Absolute(m.Source) is null && PathSyntax.MountTarget(m.Target) is null, $"seed {seed}"));
        var written = AppliedConfig.Serialize(config);
        Assert.Equal(written, AppliedConfig.Serialize(AppliedConfig.Load("x", written, AppliedConfig.Sidecar(written)).Config));
    }
}
