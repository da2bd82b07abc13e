using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class MachineJsonTests
{
    [Fact]
    public void Parse_WhatWasWritten_IsTheSameAsTheYaml()
    {
        var machine = TestMachine.Parsed(TestMachine.Full);
        var json = MachineJson.Write(machine);
        var parsed = MachineJson.Parse(json);
        Assert.Empty(parsed.Warnings);
        Assert.Equal(json, MachineJson.Write(parsed.Machine));
        Assert.Equal(machine.Spec.Update, parsed.Machine.Spec.Update);
        Assert.Equal(machine.Spec.Kubernetes!.NodeLabels!, parsed.Machine.Spec.Kubernetes!.NodeLabels!);
    }

    [Fact]
    public void Write_UsesTheResourcesNames()
    {
        var text = Encoding.UTF8.GetString(MachineJson.Write(TestMachine.Parsed(TestMachine.Full)));
        foreach (var name in new[] { "\"apiVersion\":\"unbounded-cloud.io/v1alpha3\"", "\"baseURL\":", "\"url\":", "\"cni\":", "\"strategy\":\"OnDelete\"", "\"settle\":\"45s\"", "\"resourceVersion\":\"4711\"" })
            Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Status_IsPartOfIt()
    {
        var text = Encoding.UTF8.GetString(MachineJson.Write(TestMachine.Parsed(TestMachine.Minimal) with { Status = MachineStatusWriterTests.Full }));
        Assert.Contains("\"status\":{\"phase\":\"Failed\"", text, StringComparison.Ordinal);
        Assert.Contains("\"lastTransitionTime\":\"2025-03-04T03:06:07Z\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "UBA-5102")]
    [InlineData("{", "UBA-5102")]
    [InlineData("{}", "UBA-5101")]
    [InlineData("[]", "UBA-5101")]
    [InlineData("{\"apiVersion\":\"unbounded-cloud.io/v1alpha3\",\"kind\":\"Machine\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"update\":{\"paused\":1}}}", "UBA-5101")]
    public void Parse_Bad_HasItsCode(string text, string code) =>
        Assert.Equal(code, Assert.Throws<AgentException>(() => MachineJson.Parse(Encoding.UTF8.GetBytes(text))).Code.Id);
}
