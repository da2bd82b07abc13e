namespace Unbounded.Agent.Images.Tests.Store;

/// <summary>The real clock as it was when this one was made: what is written later is never old for it, however slow the machine.</summary>
internal sealed class StandingClock : TimeProvider
{
    private readonly DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;
}
