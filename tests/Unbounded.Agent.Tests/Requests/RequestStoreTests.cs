using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Requests;

public sealed class RequestStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ErrorRecord Refusal = new("UBA-1013", "nothing to go back to", "no side was kept", "set the version");

    private readonly Host _host = new();
    private readonly RequestStore _requests;

    public RequestStoreTests() => _requests = new RequestStore(_host.Store, _host.Paths);

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task List_NothingAsked_IsEmpty() => Assert.Empty((await _requests.ListAsync(None)).Waiting);

    [Fact]
    public async Task List_WhatWasAsked_IsThereInItsOrder()
    {
        await _requests.AddAsync(new("b", RequestKind.Rollback, Now.AddSeconds(1)), None);
        await _requests.AddAsync(new("a", RequestKind.Rollback, Now.AddSeconds(2)), None);
        await _requests.AddAsync(new("c", RequestKind.Rollback, Now), None);

        Assert.Equal(["c", "b", "a"], (await _requests.ListAsync(None)).Waiting.Select(r => r.Id));
        Assert.True(_requests.Waits("a"));
    }

    [Fact]
    public async Task Add_ARequest_IsForRootOnly()
    {
        await _requests.AddAsync(new("a", RequestKind.Rollback, Now), None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_requests.PathOf("a")));
    }

    [Fact]
    public async Task Law04_Answer_ARequest_RemovesItOnlyThen()
    {
        await _requests.AddAsync(new("a", RequestKind.Rollback, Now), None);
        Assert.True(_requests.Waits("a"));

        await _requests.AnswerAsync("a", refusal: null, None);

        Assert.False(_requests.Waits("a"));
        Assert.Null(await _requests.TakeAnswerAsync("a", None));
    }

    [Fact]
    public async Task Answer_Refused_TellsWhoeverAskedOnce()
    {
        await _requests.AddAsync(new("a", RequestKind.Rollback, Now), None);

        await _requests.AnswerAsync("a", Refusal, None);

        Assert.Equal(Refusal, await _requests.TakeAnswerAsync("a", None));
        Assert.Null(await _requests.TakeAnswerAsync("a", None));
    }

    [Fact]
    public async Task Answer_Twice_IsHarmless()
    {
        await _requests.AddAsync(new("a", RequestKind.Rollback, Now), None);
        await _requests.AnswerAsync("a", refusal: null, None);

        await _requests.AnswerAsync("a", refusal: null, None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"id":"other","kind":"Rollback","requestedAt":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"id":"x","kind":"Explode","requestedAt":"2026-01-02T03:04:05+00:00"}""")]
    public async Task List_ADamagedRequest_NamesItsFileAndLosesNothing(string content)
    {
        Host.Write(_requests.PathOf("x"), content);

        await _requests.AddAsync(new("y", RequestKind.Update, Now, IgnoreWindow: true), None);

        var list = await _requests.ListAsync(None);

        var error = Assert.Single(list.Damaged);
        Assert.Equal(FrontDoorErrors.RequestDamaged, error.Code);
        Assert.Contains(_requests.PathOf("x"), error.What, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(_requests.PathOf("x")));
        Assert.Equal(("y", true), (list.First(RequestKind.Update)!.Id, list.First(RequestKind.Update)!.IgnoreWindow));
        Assert.Null(list.First(RequestKind.Rollback));
    }

    [Fact]
    public async Task List_OtherFiles_AreLeftAlone()
    {
        Host.Write(_host.Paths.Requests + "/.a.json.tmp123", "half");

        var list = await _requests.ListAsync(None);
        Assert.Empty(list.Waiting);
        Assert.Empty(list.Damaged);
    }
}
