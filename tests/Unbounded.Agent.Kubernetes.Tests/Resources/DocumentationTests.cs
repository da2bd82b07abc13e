using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "configuration.md"));

    private static List<string> Asked()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var problems = new DocumentProblems();
        MachineReader.Read(YamlSource.Read(TestMachine.Bytes(TestMachine.Full), problems), problems, asked);
        Assert.False(problems.Any);
        return [.. asked.Select(p => p[2..]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Documentation_AndReader_KnowTheSameFieldsOfAMachine()
    {
        var section = Text[Text.IndexOf("## machine.yaml", StringComparison.Ordinal)..];
        var rows = Regex.Matches(section, @"^\| `(?<field>[^`]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1));
        Assert.Equal(Asked(), rows.Select(m => m.Groups["field"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Documentation_Example_IsWhatInstallWrites() =>
        Assert.Contains(MachineFile.Write("edge-7", "1.33.1", "oci-layout:///srv/images:v1"), Text, StringComparison.Ordinal);

    // The documented defaults are those of the policy; the documented ranges are tried in MachineFileErrorsTests.
    [Theory]
    [InlineData("spec.update.healthGate.bootTimeout", "90s")]
    [InlineData("spec.update.healthGate.timeout", "5m")]
    [InlineData("spec.update.healthGate.settle", "30s")]
    [InlineData("spec.update.healthGate.systemPods", "30s")]
    [InlineData("spec.update.drain.timeout", "5m")]
    [InlineData("spec.update.drain.podGrace", "10s")]
    public void Documentation_Defaults_AreThePolicys(string field, string expected)
    {
        var row = Text.Split('\n').Single(l => l.StartsWith($"| `{field}` |", StringComparison.Ordinal));
        Assert.Contains($"| `{expected}`", row, StringComparison.Ordinal);
        var policy = new UpdatePolicy();
        var actual = field[(field.LastIndexOf('.') + 1)..] switch
        {
            "bootTimeout" => policy.HealthGate.BootTimeout,
            "settle" => policy.HealthGate.Settle,
            "systemPods" => policy.HealthGate.SystemPods,
            "podGrace" => policy.Drain.PodGrace,
            _ when field.Contains("drain", StringComparison.Ordinal) => policy.Drain.Timeout,
            _ => policy.HealthGate.Timeout,
        };
        Assert.True(GoDuration.TryParse(expected, out var documented));
        Assert.Equal(documented, actual);
    }
}
