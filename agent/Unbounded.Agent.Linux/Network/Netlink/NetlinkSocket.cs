using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>A netlink(7) socket. Answers come from the kernel alone and at once; a limit on time is a safety net. Not for several threads at a time.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    internal const int Route = 0;
    internal const int Netfilter = 12;

    private const int HeaderBytes = 16;
    private const int BufferBytes = 256 * 1024;
    private const int MaxDumpAttempts = 5;
    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private uint _sequence;

    internal NetlinkSocket(int protocol)
    {
        var descriptor = NetlinkCalls.Socket(NetlinkCalls.Family, NetlinkCalls.Raw | NetlinkCalls.CloseOnExec, protocol);
        if (descriptor < 0)
            throw Refused(Marshal.GetLastPInvokeError(), "a netlink socket could not be opened");
        _socket = new SafeFileHandle(descriptor, ownsHandle: true);
        var timeout = stackalloc long[2] { 5, 0 };
        _ = NetlinkCalls.SetOption(_socket, NetlinkCalls.SocketLevel, NetlinkCalls.ReceiveTimeout, timeout, 2 * sizeof(long));
        var size = 4 * 1024 * 1024;
        _ = NetlinkCalls.SetOption(_socket, NetlinkCalls.SocketLevel, NetlinkCalls.ReceiveBuffer, &size, sizeof(int));
    }

    /// <summary>Asks for a list. One that changed while it was read is read again.</summary>
    /// <param name="type">nlmsg_type of the request.</param>
    /// <param name="payload">The family's header.</param>
    /// <param name="what">What is asked for, for errors.</param>
    internal IReadOnlyList<NetlinkMessage> Dump(ushort type, ReadOnlySpan<byte> payload, string what)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = new NetlinkWriter().Begin(type, NetlinkFlags.Request | NetlinkFlags.Dump, ++_sequence, payload).ToArray();
            Send(request, what);
            var messages = new List<NetlinkMessage>();
            var interrupted = false;
            while (Receive(messages, ref interrupted, what))
            {
                // until the kernel says that it is done
            }

            if (!interrupted || attempt == MaxDumpAttempts)
                return messages;
        }
    }

    /// <summary>Sends one message and waits for its acknowledgement.</summary>
    /// <returns>The error number, 0 for success.</returns>
    internal int Execute(ushort type, ReadOnlySpan<byte> payload, string what)
    {
        var request = new NetlinkWriter().Begin(type, NetlinkFlags.Request | NetlinkFlags.Ack, ++_sequence, payload).ToArray();
        Send(request, what);
        return Acknowledgement(what);
    }

    /// <summary>Sends a batch whose last message asks for an acknowledgement; the kernel reports what fails before it unasked.</summary>
    /// <returns>The first error number, 0 for success.</returns>
    internal int ExecuteBatch(byte[] batch, string what)
    {
        // A batch is one datagram, however many chains it names.
        var size = batch.Length + BufferBytes;
        _ = NetlinkCalls.SetOption(_socket, NetlinkCalls.SocketLevel, NetlinkCalls.SendBufferForced, &size, sizeof(int));
        Send(batch, what);
        return Acknowledgement(what);
    }

    public void Dispose() => _socket.Dispose();

    internal static AgentException Refused(int errno, string what) => new(
        LinuxErrors.NetlinkRefused,
        what,
        Marshal.GetPInvokeErrorMessage(errno),
        "Run as root with CAP_NET_ADMIN, in the host's network namespace",
        new ErrnoException("netlink", errno));

    private int Acknowledgement(string what)
    {
        while (true)
        {
            foreach (var (type, _, payload) in ReceiveRaw(what))
            {
                if (type == NetlinkFlags.TypeError && payload.Length >= sizeof(int))
                    return -BinaryPrimitives.ReadInt32LittleEndian(payload);
            }
        }
    }

    private bool Receive(List<NetlinkMessage> messages, ref bool interrupted, string what)
    {
        foreach (var message in ReceiveRaw(what))
        {
            interrupted |= (message.Flags & NetlinkFlags.DumpInterrupted) != 0;
            switch (message.Type)
            {
                case NetlinkFlags.TypeDone:
                    return false;
                case NetlinkFlags.TypeError:
                    throw Refused(-BinaryPrimitives.ReadInt32LittleEndian(message.Payload), $"{what} could not be listed");
                default:
                    messages.Add(message);
                    break;
            }
        }

        return true;
    }

    private List<NetlinkMessage> ReceiveRaw(string what)
    {
        nint length;
        fixed (byte* buffer = _buffer)
        {
            do
                length = NetlinkCalls.Receive(_socket, buffer, BufferBytes, NetlinkCalls.Truncated);
            while (length < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        }

        if (length < 0 || length > BufferBytes)
            throw Refused(length < 0 ? Marshal.GetLastPInvokeError() : Errno.EFBIG, $"the kernel's answer about {what} could not be read");
        return Split(_buffer.AsSpan(0, (int)length), _sequence);
    }

    /// <summary>Messages of one datagram that answer the latest request; stale ones of an earlier, abandoned one are dropped.</summary>
    private static List<NetlinkMessage> Split(ReadOnlySpan<byte> data, uint sequence)
    {
        var messages = new List<NetlinkMessage>();
        while (data.Length >= HeaderBytes)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
            if (length < HeaderBytes || length > data.Length)
                break;
            if (BinaryPrimitives.ReadUInt32LittleEndian(data[8..]) == sequence)
            {
                messages.Add(new NetlinkMessage(
                    BinaryPrimitives.ReadUInt16LittleEndian(data[4..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(data[6..]),
                    data[HeaderBytes..length].ToArray()));
            }

            var aligned = (length + 3) & ~3;
            data = aligned >= data.Length ? default : data[aligned..];
        }

        return messages;
    }

    private void Send(byte[] request, string what)
    {
        fixed (byte* data = request)
        {
            if (NetlinkCalls.Send(_socket, data, (nuint)request.Length, 0) < 0)
                throw Refused(Marshal.GetLastPInvokeError(), $"the kernel could not be asked about {what}");
        }
    }

    /// <summary>The sequence number that all messages of the next batch carry.</summary>
    internal uint NextSequence() => ++_sequence;
}
