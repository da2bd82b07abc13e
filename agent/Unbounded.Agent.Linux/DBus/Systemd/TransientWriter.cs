using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Writes the arguments of <c>StartTransientUnit(ssa(sv)a(sa(sv)))</c>.</summary>
internal static class TransientWriter
{
    internal static void Write(BusWriter writer, TransientService service)
    {
        writer.WriteString(service.Name);
        writer.WriteString("fail");
        writer.OpenArray("(sv)");
        if (service.Description.Length > 0)
            WriteText(writer, "Description", service.Description);
        WriteText(writer, "Type", service.Type);
        WriteFlag(writer, "RemainAfterExit", service.RemainAfterExit);
        WriteText(writer, "CollectMode", service.CollectOnFailure ? "inactive-or-failed" : "inactive");
        if (service.StartTimeout is { } timeout)
            WriteMicroseconds(writer, "TimeoutStartUSec", timeout);
        if (service.OutputFile is { } file)
        {
            WriteText(writer, "StandardOutputFileToTruncate", file);
            WriteText(writer, "StandardError", "inherit");
        }

        WriteCommand(writer, service.Command);
        writer.Close();
        writer.OpenArray("(sa(sv))"); // no auxiliary units
        writer.Close();
    }

    private static void WriteText(BusWriter writer, string name, string value)
    {
        Open(writer, name, "s");
        writer.WriteString(value);
        Close(writer);
    }

    private static void WriteMicroseconds(BusWriter writer, string name, TimeSpan value)
    {
        Open(writer, name, "t");
        writer.WriteUInt64((ulong)value.TotalMicroseconds);
        Close(writer);
    }

    private static void WriteFlag(BusWriter writer, string name, bool value)
    {
        Open(writer, name, "b");
        writer.WriteBoolean(value);
        Close(writer);
    }

    private static void WriteCommand(BusWriter writer, IReadOnlyList<string> command)
    {
        Open(writer, "ExecStart", "a(sasb)");
        writer.OpenArray("(sasb)");
        writer.OpenStruct("sasb");
        writer.WriteString(command[0]);
        writer.WriteStrings(command);
        writer.WriteBoolean(false); // a bad exit is a failure
        writer.Close();
        writer.Close();
        Close(writer);
    }

    private static void Open(BusWriter writer, string name, string type)
    {
        writer.OpenStruct("sv");
        writer.WriteString(name);
        writer.OpenVariant(type);
    }

    private static void Close(BusWriter writer)
    {
        writer.Close();
        writer.Close();
    }
}
