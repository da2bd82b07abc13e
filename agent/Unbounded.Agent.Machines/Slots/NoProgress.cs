using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>For what is not a step of a transition.</summary>
internal sealed class NoProgress : IStepProgress
{
    public static NoProgress Instance { get; } = new();

    public void Begin(string name)
    {
    }

    public void Bytes(long done, long? total)
    {
    }

    public void Warn(string message)
    {
    }
}
