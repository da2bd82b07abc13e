namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearName
{
    // Longer than any name of ours with room for slips; a hostile key of megabytes is not compared at all.
    private const int LongestName = 64;

    /// <summary>The known name that takes the fewest slips of the typist to become <paramref name="name"/>; null when none is near. Letter case is no slip.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName)
            return null;
        var most = Math.Max(1, name.Length / 3);
        return known
            .Select(k => (Name: k, Slips: Slips(name, k)))
            .Where(k => k.Slips <= most)
            .OrderBy(k => k.Slips)
            .ThenBy(k => k.Name, StringComparer.Ordinal)
            .Select(k => k.Name)
            .FirstOrDefault();
    }

    // Optimal string alignment: a letter missing, one too many, another one, or two swapped is one slip.
    private static int Slips(string a, string b)
    {
        var (before, above, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, above, row) = (above, row, before);
        }

        return above[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
