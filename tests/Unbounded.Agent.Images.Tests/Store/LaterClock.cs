namespace Unbounded.Agent.Images.Tests.Store;

/// <summary>A clock that is ahead, so that files just written count as settled.</summary>
internal sealed class LaterClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
}
