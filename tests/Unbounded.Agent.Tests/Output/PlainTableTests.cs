using Spectre.Console;
using Unbounded.Agent.Output;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Output;

public sealed class PlainTableTests
{
    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public void Write_Rows_StandBelowTheirHeadings()
    {
        var table = PlainTable.Create("SLOT", "STATE");
        table.Row("kube1*", "running");
        table.Row("kube2", null);

        Assert.Equal(["SLOT    STATE", "kube1*  running", "kube2   -"], Lines(table));
    }

    [Fact]
    public void Write_WhatLooksLikeMarkup_IsText()
    {
        var table = PlainTable.Create("IMAGE");
        table.Row("[red]dir:///a[/]");

        Assert.Equal(["IMAGE", "[red]dir:///a[/]"], Lines(table));
    }

    [Fact]
    public void Write_LongCellsForAPipe_StayOnOneLine()
    {
        var table = PlainTable.Create("SLOT", "IMAGE", "DIGEST");
        table.Row("kube1", "oci-layout:///" + new string('d', 250), "sha256:0");

        Assert.Equal(2, Lines(table).Count);
        Assert.DoesNotContain("\u001b", _terminal.Out, StringComparison.Ordinal);
    }

    private List<string> Lines(Table table)
    {
        _terminal.Terminal.Answers().Write(table);
        return [.. _terminal.Out.TrimEnd('\n').Split('\n').Select(l => l.TrimEnd())];
    }
}
