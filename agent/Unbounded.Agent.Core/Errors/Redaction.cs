using System.Text;
using System.Text.RegularExpressions;

namespace Unbounded.Agent.Core.Errors;

/// <summary>Keeps secrets, and text that could play tricks on a terminal, out of errors, status and logs (law 16).</summary>
public static partial class Redaction
{
    /// <summary>Longest part of a foreign value that is shown, in characters.</summary>
    public const int ShownLength = 80;

    private const string Hidden = "[hidden]";
    private const int LongestScrubbed = 64 * 1024;
    private const int TimeoutMilliseconds = 500;

    /// <summary>
    /// Hides what looks like a secret: bootstrap tokens, JWTs, <c>Bearer</c> values, private keys in PEM, user information and queries in URLs.
    /// </summary>
    public static string Scrub(string text)
    {
        try
        {
            return Replaced(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // Text made to be slow to match: what can't be checked isn't shown.
            return Hidden;
        }
    }

    private static string Replaced(string text)
    {
        text = PrivateKey().Replace(text, Hidden);
        text = BootstrapToken().Replace(text, Hidden);
        text = Jwt().Replace(text, Hidden);
        text = Bearer().Replace(text, "Bearer " + Hidden);
        text = UserInformation().Replace(text, "://" + Hidden + "@");
        return Query().Replace(text, "${address}?" + Hidden);
    }

    /// <summary>
    /// A text as the record and the status keep it: secrets hidden first, so that none is cut in two, then without control characters but for line ends, and
    /// at most <paramref name="longest"/> characters.
    /// </summary>
    public static string Kept(string text, int longest)
    {
        var clean = Scrub(text.Length > LongestScrubbed ? text[..LongestScrubbed] : text);
        var kept = clean.Length > longest ? clean[..longest] + "…" : clean;
        return string.Concat(kept.Select(c => char.IsControl(c) && c != '\n' ? ' ' : c));
    }

    /// <summary>A foreign value as it may be quoted in an error: scrubbed, on one line, at most <see cref="ShownLength"/> characters.</summary>
    public static string Shown(string value)
    {
        var bounded = value.Length > LongestScrubbed ? value[..LongestScrubbed] : value;
        var clean = new StringBuilder();
        foreach (var rune in Scrub(bounded).EnumerateRunes())
        {
            if (clean.Length >= ShownLength)
                return clean.Append('…').ToString();
            clean.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format ? "�" : rune.ToString());
        }

        return clean.ToString();
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("(?<![a-z0-9])[a-z0-9]{6}\\.[a-z0-9]{16}(?![a-z0-9])", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex BootstrapToken();

    [GeneratedRegex("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex Jwt();

    [GeneratedRegex("Bearer +[^ \\s\"']+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex Bearer();

    [GeneratedRegex("://[^/@\\s\"'?#]*@", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex UserInformation();

    [GeneratedRegex("(?<address>://[^\\s\"'?#]*)\\?[^\\s\"']+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex Query();
}
