using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Reads a unit's state out of all its properties: one answer, so the parts belong together.</summary>
internal static class UnitReader
{
    private const int LongestName = 64;
    private const ulong LatestInstant = 253_402_300_799_000_000; // the end of the year 9999

    internal static UnitState Read(BusReader reader)
    {
        var state = new UnitState("");
        Span<char> name = stackalloc char[LongestName];
        reader.EnterArray("{sv}");
        while (reader.TryEnterEntry("sv"))
        {
            state = With(state, reader.ReadName(name), reader);
            reader.Exit();
        }

        reader.Exit();
        return state;
    }

    private static UnitState With(UnitState state, ReadOnlySpan<char> property, BusReader reader) => property switch
    {
        "Id" => state with { Name = Text(reader) },
        "LoadState" => state with { LoadState = Text(reader) },
        "ActiveState" => state with { ActiveState = SystemdNames.ParseActiveState(Text(reader)) },
        "SubState" => state with { SubState = Text(reader) },
        "Result" => state with { Result = Text(reader) },
        "UnitFileState" => state with { UnitFileState = Text(reader) },
        "ControlGroup" => state with { ControlGroup = Text(reader) },
        "InvocationID" => state with { InvocationId = Id(reader) },
        "MainPID" => state with { MainPid = Number(reader) },
        "NRestarts" => state with { RestartCount = Number(reader) },
        "ExecMainStatus" => state with { ExecMainStatus = Signed(reader) },
        "ConditionResult" => state with { ConditionResult = Flag(reader) },
        "NeedDaemonReload" => state with { NeedsReload = Flag(reader) },
        "StateChangeTimestamp" => state with { StateChangedAt = Instant(Microseconds(reader)) },
        "ExecMainStartTimestampMonotonic" => state with { MainProcessStartedAt = SinceBoot(Microseconds(reader)) },
        _ => Ignore(state, reader),
    };

    private static UnitState Ignore(UnitState state, BusReader reader)
    {
        reader.Skip("v");
        return state;
    }

    private static string Text(BusReader reader)
    {
        reader.EnterVariant("s");
        var value = reader.ReadString();
        reader.Exit();
        return value;
    }

    private static string Id(BusReader reader)
    {
        reader.EnterVariant("ay");
        var value = Convert.ToHexStringLower(reader.ReadBytes());
        reader.Exit();
        return value;
    }

    private static int Number(BusReader reader)
    {
        reader.EnterVariant("u");
        var value = reader.ReadUInt32();
        reader.Exit();
        return (int)Math.Min(value, int.MaxValue);
    }

    private static int Signed(BusReader reader)
    {
        reader.EnterVariant("i");
        var value = reader.ReadInt32();
        reader.Exit();
        return value;
    }

    private static bool Flag(BusReader reader)
    {
        reader.EnterVariant("b");
        var value = reader.ReadBoolean();
        reader.Exit();
        return value;
    }

    private static ulong Microseconds(BusReader reader)
    {
        reader.EnterVariant("t");
        var value = reader.ReadUInt64();
        reader.Exit();
        return value;
    }

    private static DateTimeOffset? Instant(ulong microseconds) =>
        microseconds is 0 or > LatestInstant // systemd writes "never" as 0 or all ones
            ? null
            : DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);

    private static TimeSpan? SinceBoot(ulong microseconds) =>
        microseconds is 0 or > long.MaxValue / TimeSpan.TicksPerMicrosecond ? null : TimeSpan.FromTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);
}
