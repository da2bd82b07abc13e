using Unbounded.Agent.Linux.Memory;

namespace Unbounded.Agent.Linux.Tests.Memory;

public class MemoryMappingTests
{
    [Theory]
    [InlineData("7fee70000000-7fee70021000 r-xp 00000000 fe:01 131 /usr/bin/x", false, true, true)]
    [InlineData("7fee70000000-7fee70021000 rw-p 00002000 fe:01 131 /usr/bin/x", true, true, true)]
    [InlineData("7fee70000000-7fee70021000 rw-s 00000000 00:01 5 /memfd:doublemapper (deleted)", true, false, true)]
    [InlineData("7fee70000000-7fee70021000 rw-p 00000000 00:00 0", true, true, false)]
    [InlineData("7fee70000000-7fee70021000 rw-p 00000000 00:00 0 [heap]", true, true, false)]
    public void Parse_Mapping_IsWhatTheKernelSays(string line, bool isWritable, bool isPrivate, bool isFile) =>
        Assert.Equal(new MemoryMapping(unchecked((nint)0x7fee70000000), unchecked((nint)0x7fee70021000), isWritable, isPrivate, isFile), MemoryMapping.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("x-y r-xp 0 0 0")]
    [InlineData("7fee70000000 r-xp 00000000 fe:01 131")]
    public void Parse_AnythingElse_IsNone(string line) => Assert.Null(MemoryMapping.Parse(line));
}
