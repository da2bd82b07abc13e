using System.Buffers.Binary;
using Unbounded.Agent.Linux.Network.Netlink;

namespace Unbounded.Agent.Linux.Network.Firewall;

/// <summary>Reads the messages of nf_tables (linux/netfilter/nf_tables.h): struct nfgenmsg, then attributes.</summary>
internal static class NfTablesReader
{
    private const int HeaderBytes = 4;

    internal static FirewallTable? Table(ReadOnlySpan<byte> payload)
    {
        const ushort name = 1;
        return payload.Length >= HeaderBytes && Attributes(payload).Text(name) is { } text ? new FirewallTable(payload[0], text) : null;
    }

    /// <summary>Family and table of a set.</summary>
    internal static (byte Family, string Table)? Set(ReadOnlySpan<byte> payload)
    {
        const ushort table = 1;
        return payload.Length >= HeaderBytes && Attributes(payload).Text(table) is { } text ? (payload[0], text) : null;
    }

    internal static FirewallChain? Chain(ReadOnlySpan<byte> payload)
    {
        const ushort table = 1, name = 3, hook = 4, policy = 5;
        if (payload.Length < HeaderBytes)
            return null;
        var attributes = Attributes(payload);
        if (attributes.Text(table) is not { } tableName || attributes.Text(name) is not { } chainName)
            return null;
        var verdict = attributes[policy];
        var drops = verdict.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(verdict) == 0;
        return new FirewallChain(payload[0], tableName, chainName, attributes.Has(hook), attributes.Has(hook) && drops);
    }

    internal static FirewallRule? Rule(ReadOnlySpan<byte> payload)
    {
        const ushort table = 1, chain = 2, handle = 3, expressions = 4;
        if (payload.Length < HeaderBytes)
            return null;
        var attributes = Attributes(payload);
        var number = attributes[handle];
        if (attributes.Text(table) is not { } tableName || attributes.Text(chain) is not { } chainName || number.Length < sizeof(ulong))
            return null;
        return new FirewallRule(
            payload[0], tableName, chainName, BinaryPrimitives.ReadUInt64BigEndian(number), Jumps(attributes.Nested(expressions)));
    }

    /// <summary>Chains named by the verdicts of <c>immediate</c> expressions: how both nft and iptables-nft write a jump.</summary>
    private static List<string> Jumps(NetlinkAttributes expressions)
    {
        const ushort name = 1, data = 2, immediateData = 2, verdict = 2, chain = 2;
        var jumps = new List<string>();
        foreach (var (_, expression) in expressions)
        {
            var attributes = new NetlinkAttributes(expression);
            if (string.Equals(attributes.Text(name), "immediate", StringComparison.Ordinal)
                && attributes.Nested(data).Nested(immediateData).Nested(verdict).Text(chain) is { } target)
                jumps.Add(target);
        }

        return jumps;
    }

    private static NetlinkAttributes Attributes(ReadOnlySpan<byte> payload) => new(payload[HeaderBytes..]);
}
