using System.Globalization;
using Unbounded.Agent.Linux.Swap;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The kernel's swap: <c>/proc/swaps</c>, swapon(2), swapoff(2).</summary>
public sealed class Swaps : ISwaps
{
    private readonly string _list;

    /// <summary>Creates the view.</summary>
    /// <param name="root">What stands before <c>/proc/swaps</c>.</param>
    public Swaps(string root) => _list = Path.Join(root, "/proc/swaps");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SwapArea>> ListAsync(CancellationToken cancellationToken) =>
        File.Exists(_list) ? Parse(await File.ReadAllLinesAsync(_list, cancellationToken)) : [];

    /// <inheritdoc/>
    public Task OffAsync(string path, CancellationToken cancellationToken) => Task.Run(() => SwapCalls.Off(path), cancellationToken);

    /// <inheritdoc/>
    public Task OnAsync(string path, int priority, CancellationToken cancellationToken) => Task.Run(() => SwapCalls.On(path, priority), cancellationToken);

    /// <summary>Columns are filename, type, size, used, priority; blanks in a name are written as octal escapes.</summary>
    internal static IReadOnlyList<SwapArea> Parse(IReadOnlyList<string> lines)
    {
        var areas = new List<SwapArea>();
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 5 && int.TryParse(fields[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority))
                areas.Add(new SwapArea(Unescape(fields[0]), priority));
        }

        return areas;
    }

    private static string Unescape(string name) => name
        .Replace("\\040", " ", StringComparison.Ordinal)
        .Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal)
        .Replace("\\134", "\\", StringComparison.Ordinal);
}
