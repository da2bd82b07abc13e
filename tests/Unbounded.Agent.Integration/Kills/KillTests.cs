using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>
/// Real kills of real swaps and rollbacks: the agent's process, and the whole host with everything that was not synced. After each, exactly one side runs, the
/// transition ends by itself, nothing is left over. <c>hack/kill</c> runs this very test with more of them.
/// </summary>
[Collection(nameof(KillTests))]
public sealed class KillTests
{
    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law11_KilledAtAnyInstant_OneSideRunsAndTheTransitionEndsByItself(string suite)
    {
        var suites = Suites.Selected.Select(s => (string)s[0]).ToList();
        var options = KillOptions.FromEnvironment();
        var results = new ResultsFile(options.Results);
        await using var violence = await Violence.OnAsync(suite);

        foreach (var cut in options.Plan(suites.IndexOf(suite), suites.Count))
        {
            try
            {
                results.Add(await violence.RunAsync(cut));
            }
            catch (Exception e)
            {
                results.Add(CutResult.Of(suite, cut) with { Harm = e.Message.Split('\n')[0] });
                throw new InvalidOperationException($"{suite}, seed {options.Seed}, {cut}: {e.Message}", e);
            }
        }

        await violence.SwapAsync();
    }
}
