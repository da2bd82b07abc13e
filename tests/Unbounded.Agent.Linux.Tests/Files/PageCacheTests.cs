using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class PageCacheTests
{
    [Theory]
    [InlineData("/nowhere/at-all")]
    [InlineData("/proc/self")]
    [InlineData("/dev/null")]
    public void Warm_NothingToRead_IsNoError(string path) =>
        Assert.Null(Record.Exception(() => PageCache.Warm(path)));

    [Fact]
    public void Warm_File_LeavesItsContentAndPosition()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "content");

        PageCache.Warm(path);

        Assert.Equal("content", File.ReadAllText(path));
        File.Delete(path);
    }
}
