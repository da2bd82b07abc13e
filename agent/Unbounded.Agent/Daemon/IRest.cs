namespace Unbounded.Agent.Daemon;

/// <summary>What the process does when nothing has happened for a while.</summary>
internal interface IRest
{
    /// <summary>Nothing happens: memory is given back, nothing wakes up. May be called again while resting.</summary>
    void Enter();

    /// <summary>Something happens. Must be called before the process ends.</summary>
    void Leave();
}
