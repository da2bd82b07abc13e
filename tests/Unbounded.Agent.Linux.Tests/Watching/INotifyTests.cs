using System.Buffers.Binary;
using System.Text;
using Unbounded.Agent.Linux.Watching;

namespace Unbounded.Agent.Linux.Tests.Watching;

public sealed class INotifyTests
{
    [Fact]
    public void Parse_SeveralEvents_KeepsTheirOrderAndNames()
    {
        byte[] buffer = [.. Event(3, 0x8, "machine.yaml", 16), .. Event(4, 0x100, "näme", 16), .. Event(3, 0x8000, "", 0)];

        Assert.Equal(
            [
                new INotifyEvent(3, "machine.yaml", Created: false, Overflowed: false, Gone: false),
                new INotifyEvent(4, "näme", Created: true, Overflowed: false, Gone: false),
                new INotifyEvent(3, "", Created: false, Overflowed: false, Gone: true),
            ],
            INotify.Parse(buffer));
    }

    [Fact]
    public void Parse_AnOverflow_SaysThatEventsWereLost() =>
        Assert.True(Assert.Single(INotify.Parse(Event(-1, 0x4000, "", 0))).Overflowed);

    [Fact]
    public void Parse_ANameThatFillsItsField_IsWhole() =>
        Assert.Equal("exactly-16-bytes", Assert.Single(INotify.Parse(Event(1, 0x8, "exactly-16-bytes", 16))).Name);

    [Fact]
    public void Parse_Nothing_IsNoEvent() => Assert.Empty(INotify.Parse([]));

    [Fact]
    public void Wait_Woken_ReturnsNoEvents()
    {
        using var inotify = new INotify();
        inotify.Wake();

        Assert.Empty(inotify.Wait());
    }

    [Fact]
    public void Add_MissingDirectory_IsMinusOne()
    {
        using var inotify = new INotify();

        Assert.Equal(-1, inotify.Add("/nonexistent/directory", INotify.Changes));
    }

    private static byte[] Event(int watch, uint mask, string name, int length)
    {
        var bytes = new byte[16 + length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, watch);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), mask);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), length);
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(16));
        return bytes;
    }
}
