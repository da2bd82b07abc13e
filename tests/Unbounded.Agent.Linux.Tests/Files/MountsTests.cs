using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class MountsTests
{
    [Theory]
    [InlineData("/nowhere/at-all")]
    [InlineData("/etc")]
    public void Detach_NothingMounted_IsNoError(string path) => Assert.False(Mounts.Detach(path));
}
