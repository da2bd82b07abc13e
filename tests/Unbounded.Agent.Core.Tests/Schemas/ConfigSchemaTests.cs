using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Parsing;
using Unbounded.Agent.Core.Tests.Configuration;

namespace Unbounded.Agent.Core.Tests.Schemas;

public sealed class ConfigSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.Load("config.schema.json");

    private static JsonObject WithPlugin() => TestConfig.With(TestConfig.Full(), "Kubelet.Auth", JsonNode.Parse("""
        { "ExecCredential": { "command": "x", "apiVersion": "client.authentication.k8s.io/v1", "args": ["a"], "env": [{ "name": "A", "value": "b" }],
          "installHint": "h", "provideClusterInfo": true, "interactiveMode": "Never" } }
        """));

    /// <summary>Every path that the parser asks for.</summary>
    internal static IReadOnlyList<string> Asked()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var config in new[] { TestConfig.Full(), WithPlugin() })
        {
            var problems = new DocumentProblems();
            var root = JsonDocumentSource.Read(TestConfig.Bytes(config), AgentConfigParser.MaxBytes, problems, out _)!;
            AgentConfigReader.Read(root, problems, asked);
            Assert.False(problems.Any);
        }

        return [.. asked.Select(p => Regex.Replace(p, @"\[\d+\]", "[]", RegexOptions.None, TimeSpan.FromMinutes(1))).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Schema_AndParser_KnowTheSameFields() => Assert.Equal(Asked(), Schema.Paths().Order(StringComparer.Ordinal));

    [Fact]
    public void Documentation_NamesEveryField()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "configuration.md"));
        Assert.All(Asked(), p => Assert.Contains($"| `{p[2..]}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Schema_WhatTheParserAccepts_IsValid()
    {
        Assert.Empty(Schema.Validate(TestConfig.Full()));
        Assert.Empty(Schema.Validate(WithPlugin()));
        Assert.Empty(Schema.Validate(TestConfig.Minimal()));
        Assert.Empty(Schema.Validate(TestConfig.Standalone()));
        var golden = Path.Combine(AppContext.BaseDirectory, "Configuration", "Applied", "Golden", "config.json");
        Assert.Empty(Schema.Validate(JsonNode.Parse(File.ReadAllText(golden))));
    }

    [Fact]
    public void Schema_NoFalseAlarm_OverAllSingleProblems()
    {
        // What the schema refuses the parser refuses too; the parser alone checks what needs more than a pattern.
        var both = 0;
        foreach (var row in AgentConfigErrorsTests.SingleProblems)
        {
            var config = TestConfig.With(TestConfig.Minimal(), (string)row[0], JsonNode.Parse((string)row[1]));
            both += Schema.Validate(config).Count > 0 ? 1 : 0;
            TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        }

        Assert.True(both >= 40, $"the schema caught only {both}");
    }

    [Theory]
    [InlineData("MachineName", "\"A\"")]
    [InlineData("Cluster.Version", "7")]
    [InlineData("Kubelet.Labels", "{\"a\":1}")]
    [InlineData("AdditionalHostDevices", "[\"/etc/x\"]")]
    [InlineData("AdditionalHostMounts", "[{}]")]
    public void Schema_BadValue_IsInvalid(string place, string value) =>
        Assert.NotEmpty(Schema.Validate(TestConfig.With(TestConfig.Minimal(), place, JsonNode.Parse(value))));
}
