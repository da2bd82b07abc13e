namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>A clock on which short waits are over at once, and limits are never reached.</summary>
internal sealed class InstantTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime <= Short && dueTime >= TimeSpan.Zero ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
