using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>The stand-in's answers and signals about its state.</summary>
internal static class StandInProperties
{
    private const string UnitRoot = "/org/freedesktop/systemd1/unit/";
    public const string JobRoot = "/org/freedesktop/systemd1/job/";

    public static Answer Read(ManagerModel model, ServerCall call)
    {
        var @interface = call.Arguments.ReadString();
        if (call.Member == "GetAll")
            return Unit(model, call.Path);
        var property = call.Arguments.ReadString();
        return (@interface, property) switch
        {
            (SystemdNames.Manager, "SystemState") => Text(model.SystemState),
            (SystemdNames.Manager, "Version") => Text("252.38-1"),
            (SystemdNames.Job, "Id") => Job(model, call.Path),
            (SystemdNames.Unit, "Job") => UnitJob(model, call.Path),
            _ => throw new ServerException("org.freedesktop.DBus.Error.UnknownProperty", property),
        };
    }

    public static Answer List(ManagerModel model, ServerCall call)
    {
        var states = Strings(call.Arguments);
        var patterns = Strings(call.Arguments);
        var units = model.Units
            .Where(u => states.Count == 0 || states.Contains(u.ActiveState, StringComparer.Ordinal))
            .Where(u => patterns.Count == 0 || patterns.Any(p => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(p, u.Name, ignoreCase: false)))
            .ToList();
        return new Answer(w =>
        {
            w.OpenArray("(ssssssouso)");
            foreach (var unit in units)
            {
                w.OpenStruct("ssssssouso");
                foreach (var text in new[] { unit.Name, "a unit", "loaded", unit.ActiveState, unit.SubState, "" })
                    w.WriteString(text);
                w.WriteObjectPath(SystemdNames.UnitPath(unit.Name));
                w.WriteUInt32(0);
                w.WriteString("");
                w.WriteObjectPath("/");
                w.Close();
            }

            w.Close();
        });
    }

    public static OutgoingSignal Signal(Announcement announcement) => announcement switch
    {
        Announcement.JobRemoved ended => JobRemoved(ended.Job.Id, ended.Job.Unit.Name, ended.Result),
        Announcement.UnitChanged changed => Changed(SystemdNames.UnitPath(changed.Unit), SystemdNames.Unit),
        _ => Changed(SystemdNames.ManagerPath, SystemdNames.Manager),
    };

    public static OutgoingSignal JobRemoved(uint id, string unit, string result) => new(
        SystemdNames.ManagerPath,
        SystemdNames.Manager,
        "JobRemoved",
        w =>
        {
            w.WriteUInt32(id);
            w.WriteObjectPath(JobRoot + id);
            w.WriteString(unit);
            w.WriteString(result);
        });

    private static OutgoingSignal Changed(string path, string @interface) => new(
        path,
        SystemdNames.Properties,
        SystemdNames.PropertiesChanged,
        w =>
        {
            w.WriteString(@interface);
            w.OpenArray("{sv}");
            w.Close();
            w.WriteStrings([]);
        });

    private static UnitModel? FindByPath(ManagerModel model, string path) =>
        model.Units.FirstOrDefault(u => SystemdNames.UnitPath(u.Name) == path);

    private static Answer Unit(ManagerModel model, string path)
    {
        if (!path.StartsWith(UnitRoot, StringComparison.Ordinal))
            throw new ServerException("org.freedesktop.DBus.Error.UnknownObject", path);
        var unit = FindByPath(model, path);
        return new Answer(w =>
        {
            w.OpenArray("{sv}");
            Entry(w, "Id", "s", v => v.WriteString(unit?.Name ?? "unknown"));
            Entry(w, "LoadState", "s", v => v.WriteString(unit is null ? "not-found" : "loaded"));
            Entry(w, "ActiveState", "s", v => v.WriteString(unit?.ActiveState ?? "inactive"));
            Entry(w, "SubState", "s", v => v.WriteString(unit?.SubState ?? "dead"));
            Entry(w, "Result", "s", v => v.WriteString(unit?.Result ?? "success"));
            Entry(w, "UnitFileState", "s", v => v.WriteString(unit?.FileState ?? ""));
            Entry(w, "MainPID", "u", v => v.WriteUInt32(unit?.MainPid ?? 0));
            Entry(w, "StateChangeTimestamp", "t", v => v.WriteUInt64(unit is null ? 0 : 1_700_000_000_000_000UL));
            Entry(w, "ExecMainStartTimestampMonotonic", "t", v => v.WriteUInt64(unit?.MainPid > 0 ? 5_000_000UL : 0));
            Entry(w, "SomethingNew", "(ss)", v =>
            {
                v.OpenStruct("ss");
                v.WriteString("of a later");
                v.WriteString("systemd");
                v.Close();
            });
            Entry(w, "InvocationID", "ay", v =>
            {
                v.OpenArray("y");
                foreach (var b in unit?.InvocationId ?? [])
                    v.WriteByte(b);
                v.Close();
            });
            w.Close();
        });
    }

    private static Answer Job(ManagerModel model, string path)
    {
        var job = model.FindJob(uint.Parse(path[JobRoot.Length..], System.Globalization.CultureInfo.InvariantCulture))
            ?? throw new ServerException("org.freedesktop.DBus.Error.UnknownObject", $"Unknown object '{path}'.");
        return new Answer(w =>
        {
            w.OpenVariant("u");
            w.WriteUInt32(job.Id);
            w.Close();
        });
    }

    private static Answer UnitJob(ManagerModel model, string path)
    {
        var job = FindByPath(model, path)?.Job;
        return new Answer(w =>
        {
            w.OpenVariant("(uo)");
            w.OpenStruct("uo");
            w.WriteUInt32(job?.Id ?? 0);
            w.WriteObjectPath(job?.Path ?? "/");
            w.Close();
            w.Close();
        });
    }

    private static Answer Text(string value) => new(w =>
    {
        w.OpenVariant("s");
        w.WriteString(value);
        w.Close();
    });

    private static void Entry(BusWriter writer, string name, string type, WriteBody value)
    {
        writer.OpenEntry("sv");
        writer.WriteString(name);
        writer.OpenVariant(type);
        value(writer);
        writer.Close();
        writer.Close();
    }

    private static List<string> Strings(BusReader reader)
    {
        var strings = new List<string>();
        reader.EnterArray("s");
        while (reader.HasNext('s'))
            strings.Add(reader.ReadString());
        reader.Exit();
        return strings;
    }
}
