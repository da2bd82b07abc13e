using System.Runtime.InteropServices;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.DBus.Message;

/// <summary>
/// Reads the body of one message, front to back. A ref struct, so that it can't outlive the callback on the bus
/// thread that received it. A body of another shape than the one asked for is an <see cref="AgentException"/>.
/// </summary>
internal readonly unsafe ref struct BusReader(nint message)
{
    internal string ReadString() => ReadText('s');

    /// <summary>
    /// A string that is compared and not kept, in <paramref name="buffer"/>: a unit has some three hundred properties, of
    /// which a dozen matter. Empty when it is longer than the buffer.
    /// </summary>
    internal ReadOnlySpan<char> ReadName(Span<char> buffer)
    {
        byte* text;
        Read('s', &text);
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        return bytes.Length <= buffer.Length && Encoding.UTF8.TryGetChars(bytes, buffer, out var length) ? buffer[..length] : [];
    }

    internal string ReadObjectPath() => ReadText('o');

    internal bool ReadBoolean()
    {
        int value;
        Read('b', &value);
        return value != 0;
    }

    internal int ReadInt32()
    {
        int value;
        Read('i', &value);
        return value;
    }

    internal uint ReadUInt32()
    {
        uint value;
        Read('u', &value);
        return value;
    }

    internal ulong ReadUInt64()
    {
        ulong value;
        Read('t', &value);
        return value;
    }

    /// <summary>An array of bytes.</summary>
    internal byte[] ReadBytes()
    {
        Check(SdBus.ReadArray(message, (byte)'y', out var data, out var size));
        return new ReadOnlySpan<byte>(data, checked((int)size)).ToArray();
    }

    /// <summary>Enters an array whose elements are <paramref name="contents"/>.</summary>
    internal void EnterArray(string contents) => Check(SdBus.EnterContainer(message, (byte)'a', contents));

    /// <summary>Enters the next structure of an array; false at the array's end.</summary>
    internal bool TryEnterStruct(string contents) => Check(SdBus.EnterContainer(message, (byte)'r', contents)) > 0;

    /// <summary>Enters a structure.</summary>
    internal void EnterStruct(string contents)
    {
        if (!TryEnterStruct(contents))
            throw Malformed("a structure is missing");
    }

    /// <summary>Enters the next entry of a dictionary; false at its end.</summary>
    internal bool TryEnterEntry(string contents) => Check(SdBus.EnterContainer(message, (byte)'e', contents)) > 0;

    /// <summary>Enters a variant that holds <paramref name="contents"/>.</summary>
    internal void EnterVariant(string contents) => Check(SdBus.EnterContainer(message, (byte)'v', contents));

    /// <summary>Leaves the array, structure, entry or variant entered last.</summary>
    internal void Exit() => Check(SdBus.ExitContainer(message));

    /// <summary>Steps over what is described by <paramref name="types"/>.</summary>
    internal void Skip(string types) => Check(SdBus.Skip(message, types));

    /// <summary>Starts again at the front.</summary>
    internal void Rewind() => Check(SdBus.Rewind(message, 1));

    /// <summary>Whether the array entered last has another element of the basic type <paramref name="type"/>.</summary>
    internal bool HasNext(char type)
    {
        var result = Check(SdBus.PeekType(message, out var found, out _));
        return result > 0 && found == (byte)type;
    }

    internal static AgentException Malformed(string detail) => new(
        LinuxErrors.BusMessageMalformed,
        "A D-Bus message could not be read",
        detail,
        "The service answers otherwise than systemd's documented interface: check its version, see `systemctl --version`");

    private static int Check(int result) =>
        result >= 0 ? result : throw Malformed($"its body has another shape than expected (error {-result})");

    private void Read(char type, void* value)
    {
        if (Check(SdBus.ReadBasic(message, (byte)type, value)) == 0)
            throw Malformed($"a value of type '{type}' is missing");
    }

    private string ReadText(char type)
    {
        byte* text;
        Read(type, &text);
        return Text(text) ?? "";
    }

    internal static string? Text(byte* text) =>
        text is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
