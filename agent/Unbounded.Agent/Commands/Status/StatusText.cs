using Spectre.Console;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Output;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Status;

/// <summary>A status as text for people.</summary>
internal static class StatusText
{
    public static void Write(MachineStatus status, AgentRecord? record, LockHolder? daemon, LiveProgress? note, Terminal terminal)
    {
        var console = terminal.Answers();
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0)).AddColumn(new GridColumn().PadLeft(1));
        void Fact(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Fact("node", $"{status.Phase}: {status.Message}");
        Fact("update", Update(record));
        Fact("daemon", daemon is null ? "does not run" : $"process {daemon.Pid}, since {Human.Instant(daemon.Since)}");
        if (note is { Working: true })
            Fact("now", $"{note.Step}: {note.Part ?? note.Description}");
        if (status.Conditions?.FirstOrDefault(c => c is { Type: "Progressing", Reason: "Waiting" }) is { } waits)
            Fact("waits", waits.Message);
        console.Write(facts);
        WriteSlots(status, console);
        if (status.LastTransition is { } last)
            WriteTransition(last, console);
        if (status.LastError is { } error)
            WriteError(error, terminal);
        if (status.Conditions?.FirstOrDefault(c => c is { Type: "ConfigurationWarning", Status: ConditionStatus.True }) is { } odd)
            terminal.Out.WriteLine($"\nwarning: {odd.Message}");
    }

    private static string Update(AgentRecord? record) => record is null ? "idle"
        : record.State.ToVersion.Length == 0 ? record.State.Phase.Text()
        : $"{record.State.Phase.Text()}, to {record.State.ToVersion}, attempt {record.State.AttemptCount}";

    private static void WriteSlots(MachineStatus status, IAnsiConsole console)
    {
        var table = PlainTable.Create("SLOT", "STATE", "KUBERNETES", "IMAGE", "DIGEST");
        foreach (var slot in status.Slots ?? [])
        {
            var name = slot.Name == status.ActiveSlot ? $"{slot.Name}*" : slot.Name;
            table.Row(name, Human.Words(slot.State), slot.KubernetesVersion, slot.Image, slot.Digest is { Length: > 19 } d ? d[..19] : slot.Digest);
        }

        console.WriteLine();
        console.Write(table);
    }

    private static void WriteTransition(TransitionStatus transition, IAnsiConsole console)
    {
        var took = transition.FinishedAt is { } end ? $" in {Human.Duration(end - transition.StartedAt)}" : "";
        var down = transition.DowntimeMilliseconds is { } ms ? $", down for {Human.Duration(TimeSpan.FromMilliseconds(ms))}" : "";
        console.WriteLine();
        console.WriteLine(
            $"{(transition.Result is { } result ? Human.Words(result) : "going on")}: {transition.From ?? "(nothing)"} -> {transition.To}, "
            + $"{Human.Instant(transition.StartedAt)}{took}{down}");
        var table = PlainTable.Create("STEP", "TOOK");
        foreach (var step in transition.Steps)
            table.Row(step.Name, Human.Duration(TimeSpan.FromMilliseconds(step.Milliseconds)));
        if (transition.Steps.Count > 0)
            console.Write(table);
    }

    private static void WriteError(ErrorStatus error, Terminal terminal)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"last error: {error.Message} [{error.Code}]");
        terminal.Out.WriteLine($"  why:  {error.Cause}");
        terminal.Out.WriteLine($"  next: {error.NextStep}");
    }
}
