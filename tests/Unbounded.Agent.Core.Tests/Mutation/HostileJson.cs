using System.Text;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>JSON that is kept: hostile whatever the format, each named for what it tries.</summary>
internal static class HostileJson
{
    /// <param name="document">A good document of the format, an object.</param>
    public static IEnumerable<(string Name, byte[] Document)> Of(byte[] document)
    {
        var good = Encoding.UTF8.GetString(document).TrimEnd();
        yield return ("good", document);
        yield return ("nothing", []);
        yield return ("blanks", "  \n\t "u8.ToArray());
        for (var i = 1; i < Encodings.Count; i++)
            yield return ($"encoding {i}", Encodings.Encode(good, i));
        foreach (var text in (string[])["null", "true", "0", "\"\"", "[]", "{}", "[{}]", "NaN", "-", "\"", "{", "[", "}", "//x\n{}", "{,}", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}"])
            yield return ($"text {text}", Encoding.UTF8.GetBytes(text));
        foreach (var depth in (int[])[31, 32, 33, 64, 65, 1000, 100_000, 500_000])
        {
            yield return ($"lists {depth} deep", Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', depth)}{new string(']', depth)},{good[1..]}"));
            yield return ($"lists {depth} deep and open", Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', depth)}"));
            yield return ($"maps {depth} deep", Encoding.UTF8.GetBytes($"{{\"x\":{Repeated("{\"d\":", depth)}1{new string('}', depth)},{good[1..]}"));
        }

        foreach (var length in (int[])[1000, 100_000, 900_000])
        {
            yield return ($"text of {length}", Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('a', length)}\",{good[1..]}"));
            yield return ($"name of {length}", Encoding.UTF8.GetBytes($"{{\"{new string('n', length)}\":1,{good[1..]}"));
            yield return ($"escapes of {length}", Encoding.UTF8.GetBytes($"{{\"x\":\"{Repeated("\\u0007", length / 6)}\",{good[1..]}"));
            yield return ($"number of {length}", Encoding.UTF8.GetBytes($"{{\"x\":{new string('9', length)},{good[1..]}"));
            yield return ($"blanks of {length}", Encoding.UTF8.GetBytes(good + new string(' ', length)));
            yield return ($"list of {length}", Encoding.UTF8.GetBytes($"{{\"x\":[{Repeated("0,", length / 2)}0],{good[1..]}"));
            yield return ($"names of {length}", Encoding.UTF8.GetBytes($"{{{string.Concat(Enumerable.Range(0, length / 12).Select(i => $"\"k{i:00000}\":0,"))}{good[1..]}"));
            yield return ($"one name {length / 8} times", Encoding.UTF8.GetBytes($"{{{Repeated("\"xx\":0,", length / 8)}{good[1..]}"));
        }

        yield return ("5 MiB", Encoding.UTF8.GetBytes(good + new string(' ', 5 << 20)));
        yield return ("member without its other half", Encoding.UTF8.GetBytes($"{{\"\\ud800\":1,{good[1..]}"));
        yield return ("text without its other half", Encoding.UTF8.GetBytes($"{{\"x\":\"\\udfff\",{good[1..]}"));
    }

    private static string Repeated(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
