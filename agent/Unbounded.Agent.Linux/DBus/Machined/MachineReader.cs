using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>Reads machined's answers.</summary>
internal static class MachineReader
{
    internal static MachineRegistration Read(BusReader reader)
    {
        var machine = new MachineRegistration("");
        reader.EnterArray("{sv}");
        while (reader.TryEnterEntry("sv"))
        {
            machine = reader.ReadString() switch
            {
                "Name" => machine with { Name = Text(reader) },
                "Class" => machine with { Class = Text(reader) },
                "Service" => machine with { Service = Text(reader) },
                "Unit" => machine with { Unit = Text(reader) },
                "State" => machine with { State = Text(reader) },
                "RootDirectory" => machine with { RootDirectory = Text(reader) },
                "Leader" => machine with { Leader = Process(reader) },
                _ => Ignore(machine, reader),
            };
            reader.Exit();
        }

        return machine;
    }

    internal static IReadOnlyList<MachineListing> ReadList(BusReader reader)
    {
        var machines = new List<MachineListing>();
        reader.EnterArray("(ssso)");
        while (reader.TryEnterStruct("ssso"))
        {
            machines.Add(new MachineListing(reader.ReadString(), reader.ReadString(), reader.ReadString()));
            reader.Skip("o");
            reader.Exit();
        }

        return machines;
    }

    private static string Text(BusReader reader)
    {
        reader.EnterVariant("s");
        var value = reader.ReadString();
        reader.Exit();
        return value;
    }

    private static int Process(BusReader reader)
    {
        reader.EnterVariant("u");
        var value = reader.ReadUInt32();
        reader.Exit();
        return (int)value;
    }

    private static MachineRegistration Ignore(MachineRegistration machine, BusReader reader)
    {
        reader.Skip("v");
        return machine;
    }
}
