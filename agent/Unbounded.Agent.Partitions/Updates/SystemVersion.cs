using System.Globalization;
using System.Numerics;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>
/// Order of system versions, after Semantic Versioning 2.0.0 but with any number of parts and an optional <c>v</c>: <c>1.2 &lt; 1.10-rc.1 &lt; 1.10</c>. Parts
/// that are no numbers are compared as text, and are lower than none (a pre-release). Build metadata behind <c>+</c> does not count.
/// </summary>
internal static class SystemVersion
{
    /// <summary>Whether a text is a version: a digit first, then letters, digits, <c>. - + ~ _</c>, at most 128 in all.</summary>
    public static bool IsValid(string text)
    {
        var bare = Bare(text);
        return bare.Length is > 0 and <= 128 && char.IsAsciiDigit(bare[0]) && bare.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '~' or '_');
    }

    /// <summary>Compares two versions as <see cref="IComparer{T}"/> does.</summary>
    public static int Compare(string left, string right)
    {
        var (a, preA) = Split(left);
        var (b, preB) = Split(right);
        var core = Parts(a, b, missing: "0");
        if (core != 0 || preA == preB)
            return core;
        // A release is newer than everything that led to it.
        return preA is null ? 1 : preB is null ? -1 : Parts(preA, preB, missing: null);
    }

    private static (string Core, string? Pre) Split(string version)
    {
        var bare = Bare(version).Split('+')[0];
        var dash = bare.IndexOfAny(['-', '~']);
        return dash < 0 ? (bare, null) : (bare[..dash], bare[(dash + 1)..]);
    }

    private static int Parts(string left, string right, string? missing)
    {
        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var (x, y) = (i < a.Length ? a[i] : missing, i < b.Length ? b[i] : missing);
            var order = x is null ? -1 : y is null ? 1 : Part(x, y);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static int Part(string left, string right) => (Number(left), Number(right)) switch
    {
        ({ } a, { } b) => a.CompareTo(b),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => Math.Sign(string.CompareOrdinal(left, right)),
    };

    private static BigInteger? Number(string text) =>
        BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Bare(string version) => version.StartsWith('v') ? version[1..] : version;
}
