using System.Globalization;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>How much is killed, and how.</summary>
/// <param name="Cuts">Kills of the daemon, and as many of the host, on all suites together.</param>
/// <param name="Share">Which of them this process makes, as "first/step"; null: each suite its part.</param>
/// <param name="Seed">What the instants are drawn from.</param>
/// <param name="AimedOnly">No random instants.</param>
/// <param name="Results">The file that every kill is appended to as a line of JSON; null for none.</param>
internal sealed record KillOptions(int Cuts, string? Share, int Seed, bool AimedOnly, string? Results)
{
    private const int Default = 10;

    /// <summary>What <c>hack/kill</c> says, or the few of the default run.</summary>
    public static KillOptions FromEnvironment() => new(
        Number("UNBOUNDED_KILLS", Default),
        Environment.GetEnvironmentVariable("UNBOUNDED_KILLS_SHARE") is { Length: > 0 } share ? share : null,
        Number("UNBOUNDED_KILLS_SEED", 1),
        Environment.GetEnvironmentVariable("UNBOUNDED_KILLS_AIMED") == "1",
        Environment.GetEnvironmentVariable("UNBOUNDED_KILLS_RESULTS") is { Length: > 0 } file ? file : null);

    /// <summary>Of all kills those of one suite, daemon and host in turn.</summary>
    /// <param name="index">Which suite, from 0.</param>
    /// <param name="suites">How many suites share them.</param>
    public IReadOnlyList<Cut> Plan(int index, int suites)
    {
        var share = Share?.Split('/').Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture)).ToList() ?? [index, suites];
        var cuts = new List<Cut>();
        for (var i = share[0]; i < Cuts; i += share[1])
        {
            foreach (var victim in new[] { Victim.Daemon, Victim.Host })
                cuts.Add(Draw(victim, i));
        }

        return cuts;
    }

    // By its own number alone, so that a kill is the same whichever suites are selected. Two aimed ones follow one random one.
    private Cut Draw(Victim victim, int i)
    {
#pragma warning disable CA5394 // it has to be repeatable, not secret
        var random = new Random(HashCode(Seed, i, victim));
        var fraction = random.NextDouble();
        var aimed = AimedOnly || i % 3 != 2;
        var nth = AimedOnly ? i : (i / 3 * 2) + (i % 3);
        var aim = aimed ? Aim.All[nth % Aim.All.Count] : null;
        var course = random.Next(4) switch { 0 => Course.BrokenSwap, 1 => Course.Rollback, _ => Course.Swap };
#pragma warning restore CA5394
        return new(i + 1, victim, aim?.Course ?? course, aim, fraction);
    }

    // HashCode.Combine differs from process to process.
    private static int HashCode(int seed, int i, Victim victim) => (((seed * 7919) + i) * 31) + (int)victim;

    private static int Number(string variable, int fallback) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : fallback;
}
