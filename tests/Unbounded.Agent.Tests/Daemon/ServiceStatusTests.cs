using NSubstitute;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Daemon;

public sealed class ServiceStatusTests
{
    private readonly IServiceNotifier _notifier = Substitute.For<IServiceNotifier>();

    [Fact]
    public void Note_StepsAndParts_AreTheStatusLineOnceEach()
    {
        var status = new ServiceStatus(_notifier);
        var step = new LiveProgress { Working = true, Step = "prepare", Description = "fill kube2" };

        status.Note(step);
        status.Note(step with { Part = "fetch" });
        status.Note(step with { Part = "fetch", Done = 5 });
        status.Note(step with { Part = "fetch", Done = 6 });

        Received.InOrder(() =>
        {
            _notifier.Status("prepare: fill kube2");
            _notifier.Status("prepare: fetch");
        });
        Assert.Equal(2, _notifier.ReceivedCalls().Count());
    }

    [Fact]
    public void Note_Resting_LeavesTheLineToTheLoop()
    {
        new ServiceStatus(_notifier).Note(new LiveProgress { Plan = "the node is as desired", Settled = true });

        Assert.Empty(_notifier.ReceivedCalls());
    }
}
