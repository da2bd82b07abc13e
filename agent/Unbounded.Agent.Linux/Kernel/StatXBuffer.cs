using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>struct statx, statx(2): the same on every architecture.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StatXBuffer
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;
    public ushort Mode;
    private readonly ushort _pad;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public Timestamp AccessTime;
    public Timestamp BirthTime;
    public Timestamp ChangeTime;
    public Timestamp ModificationTime;
    public uint SpecialMajor;
    public uint SpecialMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public ulong MountId;
    private fixed ulong _spare[13];

    [StructLayout(LayoutKind.Sequential)]
    public struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int _pad;
    }
}
