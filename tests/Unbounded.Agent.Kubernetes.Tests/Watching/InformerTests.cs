using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.Support;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Kubernetes.Tests.Watching;

/// <summary>Fed by hand with what a reflector tells.</summary>
public sealed class InformerTests
{
    private readonly Channel<Reflection> _told = Channel.CreateUnbounded<Reflection>();
    private readonly List<string> _changed = [];
    private readonly RecordedLog _log = new();
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public void Run_TheFirstList_IsKnownAndToldBeforeListedEnds() => With((informer, pump) =>
    {
        Assert.False(informer.Listed.IsCompleted);
        Tell(pump, new Reflection.Listed([Item("a", 1), Item("b", 2)]));

        Assert.True(informer.Listed.IsCompletedSuccessfully);
        Assert.Equal(["a", "b"], _changed);
        Assert.Equal(["a@1", "b@2"], informer.All.Order(StringComparer.Ordinal));
        Assert.Equal("b@2", informer.Find("b"));
        Assert.Null(informer.Find("c"));
    });

    [Fact]
    public void Run_AnEmptyList_IsAListToo() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([]));

        Assert.True(informer.Listed.IsCompletedSuccessfully);
        Assert.Empty(_changed);
    });

    [Fact]
    public void Run_Events_ChangeWhatIsKnownBeforeTheyAreTold() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("a", 1)]), new Reflection.Changed(Item("b", 2)), new Reflection.Changed(Item("a", 3)), new Reflection.Deleted(Item("b", 4)));

        Assert.Equal(["a", "b", "a", "b"], _changed);
        Assert.Equal(["a@3"], informer.All);
    });

    [Fact]
    public void Run_AnotherList_TellsWhatCameChangedAndWentMeanwhileAndNothingElse() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("same", 1), Item("changed", 2), Item("gone", 3)]));
        _changed.Clear();

        Tell(pump, new Reflection.Listed([Item("same", 1), Item("changed", 9), Item("new", 4)]));

        Assert.Equal(["changed", "gone", "new"], _changed.Order(StringComparer.Ordinal));
        Assert.Equal(["changed@9", "new@4", "same@1"], informer.All.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Run_NamesInNamespaces_AreToldApart() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("x", 1, "one"), Item("x", 2, "two")]));

        Assert.Equal(["one/x", "two/x"], _changed);
        Assert.Equal("x@2", informer.Find("two/x"));
    });

    [Fact]
    public void Run_WhatIsNotKept_IsNeitherKnownNorTold() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("skip-1", 1), Item("a", 2)]), new Reflection.Changed(Item("skip-2", 3)), new Reflection.Deleted(Item("skip-1", 4)));

        Assert.Equal(["a"], _changed);
        Assert.Equal(["a@2"], informer.All);
    });

    [Fact]
    public void Run_WhatIsKeptNoLonger_IsToldAsGone() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("a", 1)]));
        _kept = false;
        Tell(pump, new Reflection.Changed(Item("a", 2)));

        Assert.Equal(["a", "a"], _changed);
        Assert.Null(informer.Find("a"));
    });

    [Fact]
    public void Run_WhatCantBeRead_IsPassedOverWithAWordOfIt() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("bad", 1), Item("a", 2)]), new Reflection.Changed(Item("bad", 3)), new Reflection.Changed(Item("odd", 4)));

        Assert.Equal(["a"], _changed);
        Assert.Equal(3, _log.Count("InformerUnreadable"));
        Assert.True(informer.Listed.IsCompletedSuccessfully);
    });

    [Fact]
    public void Run_AServerThatIsLost_IsSaidOnceAndWhatIsKnownStays() => With((informer, pump) =>
    {
        Tell(pump, new Reflection.Listed([Item("a", 1)]), Lost(KubernetesErrors.Unreachable), Lost(KubernetesErrors.Unreachable), Lost(KubernetesErrors.Forbidden), Lost(KubernetesErrors.Forbidden));
        Assert.Equal(2, _log.Count("InformerLost"));
        Assert.Equal(["a@1"], informer.All);

        Tell(pump, new Reflection.Regained(), new Reflection.Regained());

        Assert.Equal(1, _log.Count("InformerRegained"));
        Assert.Equal(["a"], _changed);
    });

    [Fact]
    public void Run_Cancelled_Ends() => Pump.Run(pump =>
    {
        var run = Informer().RunAsync(_stop.Token);
        pump.Drain();
        _stop.Cancel();
        pump.Drain();

        Assert.True(run.IsCompleted);
    });

    private bool _kept = true;

    private static Reflection Lost(ErrorCode code) => new Reflection.Lost(new AgentException(code, "a watch", "as the test wants it", "nothing"));

    private static ApiObject Item(string name, int version, string? space = null) => new(
        new ObjectMeta(name, space, ResourceVersion: $"{version}"), Encoding.UTF8.GetBytes("{}"));

    private void With(Action<Informer<string>, Pump> test) => Pump.Run(pump =>
    {
        var informer = Informer();
        var run = informer.RunAsync(_stop.Token);
        pump.Drain();
        test(informer, pump);
        Assert.False(run.IsFaulted, $"{run.Exception}");
    });

    private void Tell(Pump pump, params Reflection[] reflections)
    {
        foreach (var reflection in reflections)
            Assert.True(_told.Writer.TryWrite(reflection));
        pump.Drain();
    }

    private Informer<string> Informer() => new("things", Follow, Read, _changed.Add, _log.CreateLogger("x"));

    private string? Read(ApiObject item) => item.Meta.Name switch
    {
        "odd" => throw new NotSupportedException("as the test wants it"),
        "bad" => throw new AgentException(KubernetesErrors.AnswerUnreadable, "a thing", "as the test wants it", "nothing"),
        _ when !_kept || item.Meta.Name.StartsWith("skip", StringComparison.Ordinal) => null,
        var name => $"{name}@{item.Meta.ResourceVersion}",
    };

    // As a reflector does, it ends without a word when it is cancelled.
    private async IAsyncEnumerable<Reflection> Follow([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Reflection next;
            try
            {
                next = await _told.Reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return next;
        }
    }
}
