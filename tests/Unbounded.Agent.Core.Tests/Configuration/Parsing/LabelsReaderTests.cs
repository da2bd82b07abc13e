using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Parsing;

namespace Unbounded.Agent.Core.Tests.Configuration.Parsing;

public sealed class LabelsReaderTests
{
    private readonly DocumentProblems _problems = new();
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    private DocumentNode Node(string json) => JsonDocumentSource.Read(Encoding.UTF8.GetBytes(json), 4096, _problems, out _)!;

    [Fact]
    public void Read_Labels_ComeInTheOrderOfTheirKeys()
    {
        LabelsReader.Read(Node("""{"z":"1","a":"2","m.example/k":""}"""), _problems, _labels, 10);
        Assert.Equal(["a", "m.example/k", "z"], _labels.Keys);
        Assert.False(_problems.Any);
    }

    [Fact]
    public void Read_EveryBadLabel_IsReported()
    {
        LabelsReader.Read(Node("""{"a b":"1","c":"d e","f":7,"g":null,"h":{}}"""), _problems, _labels, 10);
        Assert.Equal(["$['a b']", "$.c", "$.f", "$.g", "$.h"], _problems.Errors.Select(e => e.Path));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void Read_MoreThanTheMaximum_IsOneError(int maximum, bool error)
    {
        LabelsReader.Read(Node("""{"a":"","b":"","c":""}"""), _problems, _labels, maximum);
        Assert.Equal(error, _problems.Any);
        Assert.Equal(error ? 0 : 3, _labels.Count);
    }

    [Fact]
    public void ReadTaints_SameKeyOtherEffect_AreTwo()
    {
        var taints = LabelsReader.ReadTaints(Node("""["a=b:NoSchedule","a=b:NoExecute","a2:NoSchedule"]""").Items, _problems);
        Assert.Equal(["a=b:NoSchedule", "a=b:NoExecute", "a2:NoSchedule"], taints);
        Assert.False(_problems.Any);
    }

    [Theory]
    [InlineData("""["a=b:NoSchedule","a=b:NoSchedule"]""")]
    [InlineData("""["a=b:NoSchedule","a:NoSchedule"]""")]
    [InlineData("""["a=b:NoSchedule","a=c:NoSchedule"]""")]
    public void ReadTaints_SameKeyAndEffect_IsAnErrorAtTheSecond(string json)
    {
        LabelsReader.ReadTaints(Node(json).Items, _problems);
        Assert.Equal("$[1]", Assert.Single(_problems.Errors).Path);
    }
}
