using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>Progress that nobody looks at.</summary>
public sealed class NoProgress : IStepProgress
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
