using Unbounded.Agent.Core.Transaction.Phases;

namespace Unbounded.Agent.Core.Tests.Transaction.Phases;

public sealed class PhaseRulesTests
{
    // Rows: present phase; columns in the order of the enum: idle checking downloading staged activated verifying success rolled_back failed.
    private static readonly Dictionary<Phase, string> Legal = new()
    {
        [Phase.Idle] = "xxx......",
        [Phase.Checking] = "xxx.....x",
        [Phase.Downloading] = "..xx....x",
        [Phase.Staged] = "..xxx...x",
        [Phase.Activated] = "....xx.x.",
        [Phase.Verifying] = "....xxxx.",
        [Phase.Success] = "xxx...x..",
        [Phase.RolledBack] = "xxx....x.",
        [Phase.Failed] = "xxx.....x",
    };

    [Fact]
    public void All_OfThem_AreTheNineOfTheFormat() =>
        Assert.Equal(
            ["idle", "checking", "downloading", "staged", "activated", "verifying", "success", "rolled_back", "failed"],
            PhaseRules.All.Select(p => p.Text()));

    [Fact]
    public void MayFollow_OfEveryPair_IsAsTheTableSays()
    {
        foreach (var (current, row) in Legal)
        {
            for (var i = 0; i < row.Length; i++)
            {
                var next = PhaseRules.All[i];
                Assert.True((row[i] == 'x') == next.MayFollow(current), $"{current.Text()} -> {next.Text()}");
            }
        }
    }

    [Fact]
    public void IsResting_OfEveryPhase_IsTrueWhereNoAttemptIsUnderWay() =>
        Assert.Equal(
            [Phase.Idle, Phase.Success, Phase.RolledBack, Phase.Failed],
            PhaseRules.All.Where(p => p.IsResting()));

    [Fact]
    public void Text_OfNoPhase_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => ((Phase)42).Text());
}
