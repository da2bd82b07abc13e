using System.Runtime.InteropServices.Marshalling;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.DBus.Message;

/// <summary>Writes the body of one message, front to back, on the bus thread.</summary>
internal readonly unsafe ref struct BusWriter(nint message)
{
    internal void WriteString(string value) => WriteText('s', value);

    internal void WriteObjectPath(string value) => WriteText('o', value);

    internal void WriteBoolean(bool value)
    {
        var number = value ? 1 : 0;
        Write('b', &number);
    }

    internal void WriteInt32(int value) => Write('i', &value);

    internal void WriteUInt32(uint value) => Write('u', &value);

    internal void WriteUInt64(ulong value) => Write('t', &value);

    internal void WriteByte(byte value) => Write('y', &value);

    /// <summary>Opens an array of <paramref name="contents"/>.</summary>
    internal void OpenArray(string contents) => Check(SdBus.OpenContainer(message, (byte)'a', contents));

    internal void OpenStruct(string contents) => Check(SdBus.OpenContainer(message, (byte)'r', contents));

    internal void OpenEntry(string contents) => Check(SdBus.OpenContainer(message, (byte)'e', contents));

    internal void OpenVariant(string contents) => Check(SdBus.OpenContainer(message, (byte)'v', contents));

    /// <summary>Closes the container opened last.</summary>
    internal void Close() => Check(SdBus.CloseContainer(message));

    internal void WriteStrings(IReadOnlyCollection<string> values)
    {
        OpenArray("s");
        foreach (var value in values)
            WriteString(value);
        Close();
    }

    private void WriteText(char type, string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw Invalid("a string holds a NUL");
        var utf8 = Utf8StringMarshaller.ConvertToUnmanaged(value);
        try
        {
            // sd-bus takes strings by pointer, every other basic type by address
            Check(SdBus.AppendBasic(message, (byte)type, utf8));
        }
        finally
        {
            Utf8StringMarshaller.Free(utf8);
        }
    }

    private void Write(char type, void* value) => Check(SdBus.AppendBasic(message, (byte)type, value));

    private static void Check(int result)
    {
        if (result < 0)
            throw Invalid($"sd-bus refused a part of it (error {-result})");
    }

    private static AgentException Invalid(string why) => new(
        LinuxErrors.BusArgumentInvalid,
        "A D-Bus message could not be written",
        why,
        "Check the names in the configuration: D-Bus takes valid UTF-8 without NUL, and object paths of letters, digits and _");
}
