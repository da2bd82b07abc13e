namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>
/// The Debian suites that hosts come in: bookworm has systemd 252, trixie 257. <c>UNBOUNDED_SUITES</c> (separated by commas or
/// blanks) selects; default is both.
/// </summary>
public static class Suites
{
    /// <summary>Debian 12, systemd 252.</summary>
    public const string Bookworm = "bookworm";

    /// <summary>Debian 13, systemd 257.</summary>
    public const string Trixie = "trixie";

    /// <summary>The selected ones, in the shape of xunit's member data: one test case each.</summary>
    public static IEnumerable<object[]> Selected => Parse(Environment.GetEnvironmentVariable("UNBOUNDED_SUITES")).Select(s => new object[] { s });

    /// <summary>Reads a selection.</summary>
    /// <exception cref="ArgumentException">It names a suite there is no host for, or none at all.</exception>
    public static IReadOnlyList<string> Parse(string? selection)
    {
        if (string.IsNullOrWhiteSpace(selection))
            return [Bookworm, Trixie];
        var suites = selection.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var suite in suites)
            Check(suite);
        return suites is [] ? throw new ArgumentException($"UNBOUNDED_SUITES names no suite: '{selection}'.", nameof(selection)) : suites;
    }

    internal static void Check(string suite)
    {
        if (suite is not (Bookworm or Trixie))
            throw new ArgumentException($"No test host for '{suite}': {Bookworm} or {Trixie}.", nameof(suite));
    }
}
