using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>
/// What <see cref="ISlots"/> promises, as tests that every backend passes. Each starts with the first slot active and committed, made from
/// target 1, and the other one empty.
/// </summary>
public abstract partial class SlotsContract
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>A host whose first slot is active and committed, and whose second one is empty.</summary>
    protected abstract Task<ISlotsHost> StartAsync();

    /// <summary>Runs a test. A simulation runs it on its own clock.</summary>
    protected virtual Task RunAsync(Func<Task> test) => test();

    private Task On(Func<Side, Task> test) => RunAsync(async () =>
    {
        await using var host = await StartAsync();
        await test(new Side(host));
    });

    /// <summary>A host with names for its two sides, and the moves that tests are made of.</summary>
    private sealed class Side(ISlotsHost host)
    {
        public ISlotsHost Host => host;

        public ISlots Slots => host.Slots;

        public SlotName Active { get; } = host.Slots.Names[0];

        public SlotName Alternate { get; } = host.Slots.Names[1];

        public Task<SlotsObservation> SeeAsync() => host.Slots.InspectAsync(CancellationToken.None);

        public Task PrepareAsync(int number = 2) => host.Slots.PrepareAsync(Alternate, host.Good(number), NoProgress.Instance, CancellationToken.None);

        public async Task HandOverAsync()
        {
            await host.Slots.DeactivateAsync(Active, Grace, NoProgress.Instance, CancellationToken.None);
            await ArriveAsync(await host.Slots.ActivateAsync(Alternate, NoProgress.Instance, CancellationToken.None));
        }

        public async Task RevertAsync() =>
            await ArriveAsync(await host.Slots.RevertAsync(Alternate, Active, Grace, NoProgress.Instance, CancellationToken.None));

        public async Task ArriveAsync(Activation activation)
        {
            if (activation == Activation.EndsProcess)
            {
                await host.RebootAsync();
            }
        }

        public async Task RunsAloneAsync(SlotName slot)
        {
            var seen = await SeeAsync();
            Assert.Equal(slot, seen.Permitted);
            Assert.Equal(SlotState.Running, seen[slot].State);
            Assert.True(await host.RunsNodeSoftwareAsync(slot), $"the node software of {slot} does not run");
            foreach (var other in host.Slots.Names.Where(n => n != slot))
            {
                Assert.False(await host.RunsNodeSoftwareAsync(other), $"the node software of {other} runs beside that of {slot}");
            }
        }
    }
}
