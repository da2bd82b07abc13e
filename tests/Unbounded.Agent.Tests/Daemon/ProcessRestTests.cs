using System.Runtime.CompilerServices;
using Unbounded.Agent.Daemon;

namespace Unbounded.Agent.Tests.Daemon;

public sealed class ProcessRestTests
{
    [Fact]
    public void Enter_ThenLeave_LetsFinalizersRunAgain()
    {
        var rest = new ProcessRest();
        rest.Enter();
        rest.Enter();
        rest.Leave();

        var finalized = new Finalized();
        Drop(finalized);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.True(finalized.Done.Task.IsCompleted);
    }

    [Fact]
    public void Leave_WithoutEnter_ChangesNothing() => new ProcessRest().Leave();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Finalized finalized) => _ = new Finalizable(finalized);

    private sealed class Finalized
    {
        public TaskCompletionSource Done { get; } = new();
    }

    private sealed class Finalizable(Finalized finalized)
    {
#pragma warning disable MA0055 // finalizers are what is tested
        ~Finalizable() => finalized.Done.TrySetResult();
#pragma warning restore MA0055
    }
}
