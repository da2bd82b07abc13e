using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>The table. Each row is one situation of a node.</summary>
public sealed class DecideTests
{
    private static readonly IReadOnlyList<DecideCase> Rows =
    [
        .. FirstContactCases.Rows,
        .. UpkeepCases.Rows,
        .. OperationCases.Rows,
        .. DriftCases.Rows,
        .. RecoveryCases.Rows,
    ];

    public static TheoryData<string> Names => [.. Rows.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_InThisSituation_IsAsTheTableSays(string name)
    {
        var row = Rows.Single(r => r.Name == name);

        var plan = row.Decide();

        Assert.Equal(row.Kind, plan.Kind);
        Assert.Equal(row.Steps, Text(plan));
        Assert.Equal(row.Refusal, plan.Refusal?.Code);
        Assert.Equal(row.LookAgainAt, plan.LookAgainAt);
        Assert.Equal(row.Answers, plan.AnsweredRequest);
        Assert.Equal(row.Waits, plan.WaitingRequests.SingleOrDefault());
        if (row.Says is { } says)
        {
            Assert.Contains(says, plan.Describe(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decide_OfTheSameSituation_IsTheSamePlan()
    {
        foreach (var row in Rows)
        {
            Assert.Equal(row.Decide().Describe(), row.Decide().Describe());
        }
    }

    [Fact]
    public void Law16_NoPlan_ShowsAToken()
    {
        foreach (var row in Rows)
        {
            Assert.DoesNotContain(Unbounded.Agent.Simulation.Worlds.Samples.Token, row.Decide().Describe() + row.Decide(), StringComparison.Ordinal);
        }
    }

    private static string Text(Plan plan) => string.Join(' ', plan.Steps.Select(s =>
        Name(s.Kind) + (s.Slot is { } slot ? $":{slot}" : "") + (s.Good is { } good ? $">{good}" : "") + (s.Counted ? "+" : "")));

    private static string Name(StepKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
