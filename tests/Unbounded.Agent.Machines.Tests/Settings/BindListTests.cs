using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Settings;

public sealed class BindListTests : IDisposable
{
    private static readonly SlotName Slot = new("kube1");
    private readonly TemporaryRoot _root = new();

    public BindListTests() => Directory.CreateDirectory(_root.Paths.SlotDirectory(Slot));

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Law14_MissingOptionalSource_IsLeftOutAndNamed()
    {
        _root.Write("/srv/here", "");
        await SaveAsync(new("/srv/here", "/here"), new("/srv/gone", "/gone"));

        var left = await new BindList(_root.Paths).WriteSettingsAsync(Slot, default);

        Assert.Equal(["/srv/gone"], left);
        Assert.Contains("/srv/here", Settings());
        Assert.DoesNotContain("/srv/gone", Settings());
    }

    [Fact]
    public async Task Law14_SourceThatIsBack_IsBoundAgain()
    {
        await SaveAsync(new HostBind("/srv/data", "/data"));
        await new BindList(_root.Paths).WriteSettingsAsync(Slot, default);
        _root.Write("/srv/data", "");

        await new BindList(_root.Paths).WriteSettingsAsync(Slot, default);

        Assert.Contains("Bind=/srv/data:/data", Settings());
    }

    [Fact]
    public async Task Law14_AMountThatIsTakenForRequired_IsFound()
    {
        await SaveAsync(new HostBind("/srv/gone", "/gone", Optional: false));

        var left = await new BindList(_root.Paths).WriteSettingsAsync(Slot, default);

        // What the tests above would see of it.
        Assert.Empty(left!);
        Assert.Contains("/srv/gone", Settings());
    }

    [Fact]
    public async Task WriteSettingsAsync_MissingRequiredSource_StaysIn()
    {
        await SaveAsync(new HostBind("/run/unbounded/marker/kube1", "/run/unbounded", ReadOnly: true, Optional: false));

        await new BindList(_root.Paths).WriteSettingsAsync(Slot, default);

        Assert.Contains("BindReadOnly=/run/unbounded/marker/kube1:/run/unbounded", Settings());
    }

    [Fact]
    public async Task WriteSettingsAsync_NothingSaved_TouchesNothing()
    {
        Assert.Null(await new BindList(_root.Paths).WriteSettingsAsync(Slot, default));
        Assert.False(File.Exists(_root.Paths.NspawnFile(Slot)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[{\"source\":null,\"target\":\"/a\"}]")]
    [InlineData("[1]")]
    public async Task WriteSettingsAsync_GarbageList_IsACodedError(string content)
    {
        await File.WriteAllTextAsync(_root.Paths.BindList(Slot), content);

        var e = await Assert.ThrowsAsync<AgentException>(() => new BindList(_root.Paths).WriteSettingsAsync(Slot, default));

        Assert.Equal(MachinesErrors.SlotFileUnreadable, e.Code);
    }

    private Task SaveAsync(params HostBind[] binds) => new BindList(_root.Paths).SaveAsync(Slot, binds, default);

    private string Settings() => File.ReadAllText(_root.Paths.NspawnFile(Slot));
}
