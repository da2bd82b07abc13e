using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

/// <summary>
/// systemd-boot as its manual and the Boot Loader Specification have it: entries that can be loaded, in their order (those without boots left last, then
/// those with a <c>sort-key</c> by it, then by name, the highest first), the first one whose name matches <c>default</c>, else the first of all; a counted one
/// is renamed before it is started.
/// </summary>
internal sealed class LoaderModel(FatImage image)
{
    private static readonly Regex Counter = new(
        @"^(?<name>[^+]*)(\+(?<left>\d+)(-(?<done>\d+))?)?\.conf$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static readonly Comparer<Entry> InOrder = Comparer<Entry>.Create((a, b) => a.Against(b));

    /// <summary>What the kernel of the entry that is booted is told; empty when nothing can be booted.</summary>
    public string Boot()
    {
        var entries = image.List("loader/entries").Select(Read).OfType<Entry>().Order(InOrder).ToList();
        var pattern = Setting("loader/loader.conf", "default") is { Length: > 0 } text ? Glob(text) : null;
        var chosen = entries.Find(e => pattern?.IsMatch(e.File.ToLowerInvariant()) == true) ?? entries.FirstOrDefault();
        if (chosen is { Left: > 0 and var left })
            image.Rename($"loader/entries/{chosen.File}", string.Create(CultureInfo.InvariantCulture, $"{chosen.Name}+{left - 1}-{chosen.Done + 1}.conf"));
        return chosen?.Options ?? "";
    }

    private Entry? Read(string file)
    {
        if (Counter.Match(file) is not { Success: true } parts || Setting($"loader/entries/{file}", "linux").Length == 0)
            return null;
        return new(
            file,
            parts.Groups["name"].Value,
            parts.Groups["left"].Success ? int.Parse(parts.Groups["left"].Value, CultureInfo.InvariantCulture) : null,
            parts.Groups["done"].Success ? int.Parse(parts.Groups["done"].Value, CultureInfo.InvariantCulture) : 0,
            Setting($"loader/entries/{file}", "sort-key"),
            // Of a key that stands there more than once the last one counts; options are put together.
            string.Join(' ', Settings($"loader/entries/{file}", "options")));
    }

    private string Setting(string path, string key) => Settings(path, key).LastOrDefault("");

    private IEnumerable<string> Settings(string path, string key) => Encoding.Latin1.GetString(image.Read(path) ?? []).Split('\n')
        .Select(l => l.Trim(' ', '\t', '\r', '\0').Split([' ', '\t'], 2))
        .Where(l => l.Length == 2 && l[0] == key)
        .Select(l => l[1].Trim());

    // efi_fnmatch: *, ? and sets.
    private static Regex Glob(string pattern) =>
        new("^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)
            .Replace("\\[", "[", StringComparison.Ordinal) + "$", RegexOptions.NonBacktracking);

    private sealed record Entry(string File, string Name, int? Left, int Done, string SortKey, string Options)
    {
        public int Against(Entry other)
        {
            var order = (Left == 0).CompareTo(other.Left == 0);
            if (order == 0)
                order = (SortKey.Length == 0).CompareTo(other.SortKey.Length == 0);
            if (order == 0)
                order = string.CompareOrdinal(SortKey, other.SortKey);
            if (order == 0)
                order = -string.CompareOrdinal(Name, other.Name);
            return order != 0 ? order : -Nullable.Compare(Left, other.Left);
        }
    }
}
