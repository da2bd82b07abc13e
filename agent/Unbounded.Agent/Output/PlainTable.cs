using Spectre.Console;

namespace Unbounded.Agent.Output;

/// <summary>Tables without lines: they read well, and cut(1) and awk(1) can take them apart.</summary>
internal static class PlainTable
{
    /// <summary>An empty table with these headings.</summary>
    public static Table Create(params ReadOnlySpan<string> headings)
    {
        var table = new Table().NoBorder();
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading)).NoWrap().PadLeft(0).PadRight(2));
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string?> cells)
    {
        var texts = new List<Text>();
        foreach (var cell in cells)
            texts.Add(new Text(cell ?? "-"));
        table.AddRow(texts);
    }
}
