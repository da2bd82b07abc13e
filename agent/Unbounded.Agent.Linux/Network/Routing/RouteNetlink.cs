using System.Buffers.Binary;
using System.Net;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Network.Netlink;

namespace Unbounded.Agent.Linux.Network.Routing;

/// <summary>rtnetlink(7). What is deleted is described by the very bytes with which the kernel described it, as ip(8) does when it flushes.</summary>
public sealed class RouteNetlink : IRouting
{
    private const ushort DeleteLink = 17;
    private const ushort GetLink = 18;
    private const ushort DeleteRoute = 25;
    private const ushort GetRoute = 26;
    private const ushort DeleteRule = 33;
    private const ushort GetRule = 34;

    private const int LinkHeaderBytes = 16;
    private const int RouteHeaderBytes = 12;
    private const byte Inet = 2;
    private const byte Inet6 = 10;
    private const uint CacheEntry = 0x200;

    /// <inheritdoc/>
    public IReadOnlyList<NetworkLink> Links()
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        return [.. socket.Dump(GetLink, new byte[LinkHeaderBytes], "network links").Select(m => ReadLink(m.Payload)).OfType<NetworkLink>()];
    }

    /// <inheritdoc/>
    public IReadOnlyList<PolicyRule> Rules()
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var rules = new List<PolicyRule>();
        foreach (var family in (byte[])[Inet, Inet6])
            rules.AddRange(socket.Dump(GetRule, Header(family), "routing rules").Select(m => ReadRule(m.Payload)).OfType<PolicyRule>());
        return rules;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RouteEntry> Routes(uint first, uint last)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var routes = new List<RouteEntry>();
        foreach (var family in (byte[])[Inet, Inet6])
        {
            routes.AddRange(socket.Dump(GetRoute, Header(family), "routes").Select(m => ReadRoute(m.Payload)).OfType<RouteEntry>()
                .Where(r => r.Table >= first && r.Table <= last));
        }

        return routes;
    }

    /// <inheritdoc/>
    public void Delete(NetworkLink link)
    {
        // struct ifinfomsg: family, padding, type, index, flags, change
        var header = new byte[LinkHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), link.Index);
        Delete(DeleteLink, header, $"link {link.Name}", Errno.ENODEV);
    }

    /// <inheritdoc/>
    public void Delete(PolicyRule rule) => Delete(DeleteRule, rule.Raw, $"the rule for table {rule.Table}", Errno.ENOENT);

    /// <inheritdoc/>
    public void Delete(RouteEntry route) => Delete(DeleteRoute, route.Raw, $"route {route.Destination} of table {route.Table}", NoSuchRoute);

    // ESRCH: what the kernel calls a route that is gone.
    private const int NoSuchRoute = 3;

    private static void Delete(ushort type, byte[] payload, string what, int gone)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var errno = socket.Execute(type, payload, what);
        if (errno != 0 && errno != gone)
            throw NetlinkSocket.Refused(errno, $"{what} could not be removed");
    }

    private static byte[] Header(byte family)
    {
        var header = new byte[RouteHeaderBytes];
        header[0] = family;
        return header;
    }

    internal static NetworkLink? ReadLink(ReadOnlySpan<byte> payload)
    {
        const ushort ifname = 3, linkInfo = 18, infoKind = 1;
        if (payload.Length < LinkHeaderBytes)
            return null;
        var attributes = new NetlinkAttributes(payload[LinkHeaderBytes..]);
        return attributes.Text(ifname) is { } name
            ? new NetworkLink(BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), name, attributes.Nested(linkInfo).Text(infoKind))
            : null;
    }

    internal static PolicyRule? ReadRule(ReadOnlySpan<byte> payload)
    {
        const ushort priority = 6, table = 15;
        if (payload.Length < RouteHeaderBytes)
            return null;
        var attributes = new NetlinkAttributes(payload[RouteHeaderBytes..]);
        return new PolicyRule(payload[0], attributes.Number(table) ?? payload[4], attributes.Number(priority) ?? 0, payload.ToArray());
    }

    internal static RouteEntry? ReadRoute(ReadOnlySpan<byte> payload)
    {
        const ushort destination = 1, table = 15;
        if (payload.Length < RouteHeaderBytes || (BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]) & CacheEntry) != 0)
            return null;
        var attributes = new NetlinkAttributes(payload[RouteHeaderBytes..]);
        var address = attributes[destination];
        var text = address.Length is 4 or 16 ? $"{new IPAddress(address)}/{payload[1]}" : "default";
        return new RouteEntry(payload[0], attributes.Number(table) ?? payload[4], text, payload.ToArray());
    }
}
