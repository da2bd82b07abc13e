using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Locks;

namespace Unbounded.Agent.Linux.Tests.Locks;

public sealed class KernelLocksTests
{
    private static readonly FileStatus File = default(FileStatus) with { Device = (0, 0x1a), Inode = 1043 };

    [Theory]
    [InlineData("1: FLOCK  ADVISORY  WRITE 707 00:1a:1043 0 EOF", true)]
    [InlineData("12: FLOCK  ADVISORY  READ 707 00:1a:1043 0 EOF", true)]
    [InlineData("1: POSIX  ADVISORY  WRITE 707 00:1a:1043 0 EOF", false)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 707 00:1a:1044 0 EOF", false)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 707 00:1b:1043 0 EOF", false)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 707 08:1a:1043 0 EOF", false)]
    [InlineData("1: -> FLOCK  ADVISORY  WRITE 707 00:1a:1043 0 EOF", false)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 707 <none>:0 0 EOF", false)]
    [InlineData("", false)]
    public void Is_ALineOfTheList_MatchesDeviceAndInode(string line, bool expected) => Assert.Equal(expected, KernelLocks.Is(line, File));
}
