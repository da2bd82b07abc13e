using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>An old index is signed as well as the new one. openssl makes the keys and the signatures.</summary>
public sealed class IndexSerialTests : IDisposable
{
    private readonly UpdateScene _scene = new();
    private readonly TempDirectory _keys = new();
    private string _key;

    public IndexSerialTests()
    {
        _key = TestKeys.Make(_keys);
        _scene.Settings = new() { PublicKey = _keys.File("pub") };
        _scene.Publish("2.0.0");
    }

    public void Dispose()
    {
        _keys.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task Apply_OfAnIndexThatWasReplacedSince_IsRefusedBeforeTheFirstByte()
    {
        var before = SlotB();
        Put("""{"serial":7,"images":[],"blocked":["2.0.0"]}""");
        await FailsAsync(PartitionsErrors.NoCandidate, ApplyAsync);

        Sign("\"serial\":6");
        var error = await FailsAsync(PartitionsErrors.IndexReplayed, ApplyAsync);

        Assert.Contains("serial is 6, and one with serial 7 was seen", error.Why, StringComparison.Ordinal);
        Assert.Equal(before, SlotB());
        Assert.Equal("idle", _scene.Phase);
        Sign("\"serial\":8");
        await ApplyAsync();
        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Apply_OfTheSameIndexAgain_IsNoReplay()
    {
        Sign("\"serial\":7");
        await ApplyAsync();

        await ApplyAsync();

        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Check_RemembersNothing_AndRefusesWhatAnApplyWould()
    {
        Sign("\"serial\":9");
        await _scene.Agent.CheckAsync(new(), CancellationToken.None);
        Assert.False(Directory.Exists(_scene.Host.Path("data")));

        Sign("\"serial\":8");
        await ApplyAsync();
        Sign("\"serial\":7");

        await FailsAsync(PartitionsErrors.IndexReplayed, () => _scene.Agent.CheckAsync(new(), CancellationToken.None));
    }

    [Fact]
    public async Task Turn_RemembersAlsoWhereNothingIsNewer()
    {
        _scene.Boots("2.0.0");
        Sign("\"serial\":7");
        Assert.Contains("nothing newer", (await _scene.Agent.TurnAsync(CancellationToken.None)).Summary, StringComparison.Ordinal);

        Sign("\"serial\":6");

        await FailsAsync(PartitionsErrors.IndexReplayed, () => _scene.Agent.TurnAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Turn_WhileAnotherRunHoldsTheLock_RemembersNothing()
    {
        _scene.Boots("2.0.0");
        Sign("\"serial\":7");
        _scene.LockedElsewhere = () => true;

        await FailsAsync(LinuxErrors.Locked, () => _scene.Agent.TurnAsync(CancellationToken.None));

        Assert.False(File.Exists(Serials));
        _scene.LockedElsewhere = () => false;
        await _scene.Agent.TurnAsync(CancellationToken.None);
        Assert.Contains(":7", await File.ReadAllTextAsync(Serials), StringComparison.Ordinal);
        // With nothing to remember nobody is waited for.
        _scene.LockedElsewhere = () => true;
        await _scene.Agent.TurnAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Turn_WithALaterIndexTakenByAnotherRunMeanwhile_DoesNotForgetThatOne()
    {
        _scene.Boots("2.0.0");
        Sign("\"serial\":5");
        await _scene.Agent.TurnAsync(CancellationToken.None);
        Sign("\"serial\":7");
        var later = (await File.ReadAllTextAsync(Serials)).Replace(":5", ":9", StringComparison.Ordinal);
        // The other one gives the lock back just before this one takes it.
        _scene.LockedElsewhere = () =>
        {
            File.WriteAllText(Serials, later);
            return false;
        };

        await FailsAsync(PartitionsErrors.IndexReplayed, () => _scene.Agent.TurnAsync(CancellationToken.None));

        Assert.Equal(later, await File.ReadAllTextAsync(Serials));
    }

    // The old one would say nothing against a version that was blocked since.
    [Fact]
    public async Task Activate_WithAnIndexThatWasReplacedSince_IsRefused()
    {
        Sign("\"serial\":7");
        await ApplyAsync();

        Sign("\"serial\":6");

        await FailsAsync(PartitionsErrors.IndexReplayed, () => _scene.Agent.ActivateAsync(force: false, CancellationToken.None));
        Assert.Equal("staged", _scene.Phase);
    }

    [Fact]
    public async Task Apply_OfAnIndexThatDoesNotCount_IsTakenUntilOneDid()
    {
        Sign("\"more\":1");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        Sign("\"serial\":1");
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Sign("\"more\":1");

        await FailsAsync(PartitionsErrors.IndexReplayed, ApplyAsync);
    }

    [Fact]
    public async Task Apply_WithAnotherKey_CountsAnew()
    {
        Sign("\"serial\":7");
        await ApplyAsync();
        _key = TestKeys.Make(_keys);

        Sign("\"serial\":1");

        await ApplyAsync();
    }

    [Fact]
    public async Task Apply_OfABundle_CountsWhateverTheFileIsCalled()
    {
        Sign("\"serial\":7");
        Bundle("new");
        await ApplyAsync();
        Sign("\"serial\":6");
        Bundle("old");

        await FailsAsync(PartitionsErrors.IndexReplayed, ApplyAsync);
    }

    [Fact]
    public async Task Apply_OfAnIndexThatHasExpired_IsRefusedBeforeTheFirstByte()
    {
        var before = SlotB();
        Sign("\"expires\":\"2026-01-02T03:04:05Z\"");

        await FailsAsync(PartitionsErrors.IndexExpired, () => _scene.Agent.ApplyAsync(new(Force: true), CancellationToken.None));

        Assert.Equal(before, SlotB());
        Sign("\"expires\":\"2099-01-02T03:04:05+02:00\"");
        await ApplyAsync();
    }

    [Theory]
    [InlineData("\"serial\":0")]
    [InlineData("\"serial\":-1")]
    [InlineData("\"serial\":\"1\"")]
    [InlineData("\"serial\":99999999999999999999")]
    [InlineData("\"expires\":\"soon\"")]
    public async Task Apply_OfAnIndexThatCountsInNoNumbers_IsRefused(string field)
    {
        Sign(field);

        await FailsAsync(PartitionsErrors.IndexInvalid, ApplyAsync);
    }

    [Fact]
    public async Task Apply_WhereWhatIsRememberedIsDamaged_SaysWhatToDo()
    {
        Directory.CreateDirectory(_scene.Host.Paths.Notes);
        await File.WriteAllTextAsync($"{_scene.Host.Paths.Notes}/serials.json", "{\"a\":");
        Sign("\"serial\":1");

        var error = await FailsAsync(PartitionsErrors.NoteUnreadable, ApplyAsync);

        Assert.Contains("Remove", error.Next, StringComparison.Ordinal);
    }

    private string Serials => $"{_scene.Host.Paths.Notes}/serials.json";

    private byte[] SlotB() => _scene.Host[PartitionScene.B].Read(UpdateScene.ImageBytes);

    private Task ApplyAsync() => _scene.Agent.ApplyAsync(new(), CancellationToken.None);

    private static async Task<AgentException> FailsAsync(ErrorCode code, Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<AgentException>(act);
        Assert.Equal(code.Id, error.Code.Id);
        return error;
    }

    // The index with another field in front, and its signature.
    private void Sign(string field)
    {
        _scene.Publish("1.0.0");
        Put("{" + field + "," + File.ReadAllText(_scene.Host.Path("index.json"))[1..]);
    }

    private void Put(string index)
    {
        File.WriteAllText(_scene.Host.Path("index.json"), index);
        File.WriteAllBytes(_scene.Host.Path("index.json.sig"), TestKeys.Sign(_keys, _key, Encoding.UTF8.GetBytes(index)));
    }

    private void Bundle(string name)
    {
        Tool.Run("tar", "-C", _scene.Host.Path("."), "-cf", _scene.Host.Path($"{name}.bundle.tar"), "index.json", "index.json.sig", "os-2.0.0.img", "os-1.0.0.img");
        _scene.Settings = _scene.Settings with { Server = $"file://{_scene.Host.Path($"{name}.bundle.tar")}" };
    }
}
