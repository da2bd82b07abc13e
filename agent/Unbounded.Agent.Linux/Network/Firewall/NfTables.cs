using System.Buffers.Binary;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Network.Netlink;

namespace Unbounded.Agent.Linux.Network.Firewall;

/// <summary>nf_tables over netlink: neither nft nor iptables need be on the host.</summary>
public sealed class NfTables : INfTables
{
    private const ushort Subsystem = 10 << 8;
    private const ushort GetTable = Subsystem | 1;
    private const ushort DeleteTable = Subsystem | 2;
    private const ushort GetChain = Subsystem | 4;
    private const ushort DeleteChain = Subsystem | 5;
    private const ushort GetRule = Subsystem | 7;
    private const ushort DeleteRule = Subsystem | 8;
    private const ushort GetSet = Subsystem | 10;
    private const ushort BatchBegin = 16;
    private const ushort BatchEnd = 17;
    private const ushort SubsystemNumber = 10;

    // Kernels without nf_tables know neither the protocol nor the subsystem.
    private static readonly int[] NotThere = [Errno.EINVAL, Errno.EOPNOTSUPP, ProtocolNotSupported];
    private const int ProtocolNotSupported = 93;

    /// <inheritdoc/>
    public FirewallRuleset Read()
    {
        try
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Netfilter);
            var header = new byte[4];
            var sets = socket.Dump(GetSet, header, "firewall sets").Select(m => NfTablesReader.Set(m.Payload)).OfType<(byte, string)>().ToHashSet();
            return new FirewallRuleset(
                [.. socket.Dump(GetTable, header, "firewall tables").Select(m => NfTablesReader.Table(m.Payload)).OfType<FirewallTable>().Select(t => t with { Sets = sets.Contains((t.Family, t.Name)) })],
                [.. socket.Dump(GetChain, header, "firewall chains").Select(m => NfTablesReader.Chain(m.Payload)).OfType<FirewallChain>()],
                [.. socket.Dump(GetRule, header, "firewall rules").Select(m => NfTablesReader.Rule(m.Payload)).OfType<FirewallRule>()]);
        }
        catch (AgentException e) when (e.InnerException is ErrnoException { Errno: var errno } && NotThere.Contains(errno))
        {
            return FirewallRuleset.Empty;
        }
    }

    /// <inheritdoc/>
    public bool TryRemove(FirewallRemoval removal)
    {
        if (removal.IsEmpty)
            return true;
        using var socket = new NetlinkSocket(NetlinkSocket.Netfilter);
        var batch = new Batch(socket.NextSequence());
        foreach (var rule in removal.Rules)
            batch.Rule(rule.Family, rule.Table, rule.Chain, rule.Handle);
        foreach (var chain in removal.Chains)
            batch.Rule(chain.Family, chain.Table, chain.Name, null);
        foreach (var chain in removal.Chains)
            batch.Chain(chain);
        foreach (var table in removal.Tables)
            batch.Table(table);
        var errno = socket.ExecuteBatch(batch.ToArray(), "firewall rules");
        return errno switch
        {
            0 => true,
            Errno.ENOENT or Errno.EBUSY or Errno.EAGAIN => false,
            _ => throw NetlinkSocket.Refused(errno, "stale firewall rules could not be removed"),
        };
    }

    private sealed class Batch
    {
        private readonly NetlinkWriter _writer = new();
        private readonly uint _sequence;

        internal Batch(uint sequence)
        {
            _sequence = sequence;
            _writer.Begin(BatchBegin, NetlinkFlags.Request, _sequence, Header(0, SubsystemNumber));
        }

        internal void Rule(byte family, string table, string chain, ulong? handle)
        {
            const ushort tableAttribute = 1, chainAttribute = 2, handleAttribute = 3;
            Begin(DeleteRule, family).Attribute(tableAttribute, table).Attribute(chainAttribute, chain);
            if (handle is not { } number)
                return;
            var bytes = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
            _writer.Attribute(handleAttribute, bytes);
        }

        internal void Chain(FirewallChain chain)
        {
            const ushort table = 1, name = 3;
            Begin(DeleteChain, chain.Family).Attribute(table, chain.Table).Attribute(name, chain.Name);
        }

        internal void Table(FirewallTable table)
        {
            const ushort name = 1;
            Begin(DeleteTable, table.Family).Attribute(name, table.Name);
        }

        internal byte[] ToArray()
        {
            _writer.AskForAcknowledgement();
            _writer.Begin(BatchEnd, NetlinkFlags.Request, _sequence, Header(0, SubsystemNumber));
            return _writer.ToArray();
        }

        private NetlinkWriter Begin(ushort type, byte family) => _writer.Begin(type, NetlinkFlags.Request, _sequence, Header(family, 0));

        /// <summary>struct nfgenmsg: family, version, resource (big-endian).</summary>
        private static byte[] Header(byte family, ushort resource) => [family, 0, (byte)(resource >> 8), (byte)resource];
    }
}
