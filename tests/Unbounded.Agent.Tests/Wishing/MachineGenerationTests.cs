using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Wishing;

public sealed class MachineGenerationTests : IDisposable
{
    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Of_TheSameContent_IsTheSame()
    {
        Assert.Equal(1, await OfAsync("a"));
        Assert.Equal(1, await OfAsync("a"));
        Assert.Equal(2, await OfAsync("b"));
        Assert.Equal(3, await OfAsync("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("null")]
    public async Task Of_ADamagedCount_StartsAgain(string damaged)
    {
        Host.Write(_host.Paths.GenerationFile, damaged);

        Assert.Equal(1, await OfAsync("a"));
    }

    private Task<long> OfAsync(string content) =>
        new MachineGeneration(_host.Store, _host.Paths, mayWrite: true).OfAsync(System.Text.Encoding.UTF8.GetBytes(content), CancellationToken.None);
}
