using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Message;

/// <summary>What is written arrives, through a real bus; what arrives in another shape is refused.</summary>
public sealed class BusBodyTests : IAsyncLifetime
{
    private const string Name = "org.example.Body";
    private PrivateBus _bus = null!;
    private BusServer _server = null!;
    private BusConnection _connection = null!;
    private WriteBody _answer = _ => { };

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _server = await BusServer.StartAsync(_bus.Address, Name, _ => new Answer(_answer));
        _connection = await BusConnection.ConnectAsync(new BusAddress(_bus.Address, "the test's bus"), new BusConnectionOptions(), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task EachBasicType_Written_IsRead()
    {
        _answer = w =>
        {
            w.WriteBoolean(true);
            w.WriteBoolean(false);
            w.WriteInt32(int.MinValue);
            w.WriteUInt32(uint.MaxValue);
            w.WriteUInt64(ulong.MaxValue);
            w.WriteString("text");
            w.WriteObjectPath("/a/b_2ec");
        };

        var read = await ReadAsync(r => (
            r.ReadBoolean(), r.ReadBoolean(), r.ReadInt32(), r.ReadUInt32(), r.ReadUInt64(), r.ReadString(), r.ReadObjectPath()));

        Assert.Equal((true, false, int.MinValue, uint.MaxValue, ulong.MaxValue, "text", "/a/b_2ec"), read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task ArrayOfStrings_OfAnyLength_IsReadToItsEnd(int count)
    {
        var strings = Enumerable.Range(0, count).Select(i => $"unit-{i}.service").ToList();
        _answer = w => w.WriteStrings(strings);

        Assert.Equal(strings, await ReadAsync(ReadStrings));
    }

    [Fact]
    public async Task ArrayOfBytes_WithEveryValue_IsRead()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        _answer = w =>
        {
            w.OpenArray("y");
            foreach (var b in bytes)
                w.WriteByte(b);
            w.Close();
        };

        Assert.Equal(bytes, await ReadAsync(r => r.ReadBytes()));
    }

    [Fact]
    public async Task NestedContainers_SkippedInPart_AreReadAroundIt()
    {
        _answer = w =>
        {
            w.OpenArray("(sv(su))");
            for (var i = 0u; i < 3; i++)
            {
                w.OpenStruct("sv(su)");
                w.WriteString($"n{i}");
                w.OpenVariant("as");
                w.WriteStrings(["a", "b"]);
                w.Close();
                w.OpenStruct("su");
                w.WriteString("inner");
                w.WriteUInt32(i);
                w.Close();
                w.Close();
            }

            w.Close();
            w.WriteString("after");
        };

        var read = await ReadAsync(r =>
        {
            var found = new List<string>();
            r.EnterArray("(sv(su))");
            while (r.TryEnterStruct("sv(su)"))
            {
                found.Add(r.ReadString());
                r.Skip("v");
                r.EnterStruct("su");
                r.Skip("s");
                found.Add($"{r.ReadUInt32()}");
                r.Exit();
                r.Exit();
            }

            r.Exit();
            found.Add(r.ReadString());
            return found;
        });

        Assert.Equal(["n0", "0", "n1", "1", "n2", "2", "after"], read);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Id", "Id")]
    [InlineData("12345678", "12345678")]
    [InlineData("123456789", "")]
    [InlineData("é34567", "é34567")]
    public async Task ReadName_Text_IsThatUnlessItIsTooLong(string text, string name)
    {
        _answer = w => w.WriteString(text);

        var read = await ReadAsync(r =>
        {
            Span<char> buffer = stackalloc char[8];
            return r.ReadName(buffer).ToString();
        });

        Assert.Equal(name, read);
    }

    [Fact]
    public async Task Rewind_AfterReading_StartsAtTheFront()
    {
        _answer = w =>
        {
            w.WriteString("front");
            w.WriteUInt32(7);
        };

        var read = await ReadAsync(r =>
        {
            r.Skip("su");
            r.Rewind();
            return r.ReadString();
        });

        Assert.Equal("front", read);
    }

    [Theory]
    [InlineData("string as number")]
    [InlineData("number as string")]
    [InlineData("nothing left")]
    [InlineData("array of other things")]
    [InlineData("variant of other things")]
    [InlineData("no structure")]
    [InlineData("left too early")]
    public async Task OtherShape_Read_IsMalformedAndNothingElseBreaks(string how)
    {
        _answer = w =>
        {
            w.WriteString("text");
            w.WriteUInt32(7);
            w.OpenVariant("u");
            w.WriteUInt32(1);
            w.Close();
            w.WriteStrings(["one"]);
        };

        var error = await Assert.ThrowsAsync<AgentException>(() => ReadAsync(r => Misread(r, how)));

        Assert.Equal(LinuxErrors.BusMessageMalformed, error.Code);
        Assert.Equal("text", await ReadAsync(r => r.ReadString()));
    }

    private static int Misread(BusReader reader, string how)
    {
        switch (how)
        {
            case "string as number":
                reader.ReadUInt32();
                break;
            case "number as string":
                reader.Skip("s");
                reader.ReadString();
                break;
            case "nothing left":
                reader.Skip("suvas");
                reader.ReadString();
                break;
            case "array of other things":
                reader.Skip("suv");
                reader.EnterArray("u");
                break;
            case "variant of other things":
                reader.Skip("su");
                reader.EnterVariant("s");
                break;
            case "no structure":
                reader.EnterStruct("su");
                break;
            default:
                reader.Skip("suv");
                reader.EnterArray("s");
                reader.ReadString();
                reader.ReadString();
                break;
        }

        return 0;
    }

    private static List<string> ReadStrings(BusReader reader)
    {
        var strings = new List<string>();
        reader.EnterArray("s");
        while (reader.HasNext('s'))
            strings.Add(reader.ReadString());
        reader.Exit();
        return strings;
    }

    private Task<T> ReadAsync<T>(ReadBody<T> read) =>
        _connection.CallAsync(new BusCall(Name, "/", "org.example.Iface", "Do"), read, CancellationToken.None);
}
