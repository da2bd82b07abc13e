using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.SlotsServer;

/// <summary>Progress that nobody looks at.</summary>
internal sealed class Silence : IStepProgress
{
    public static Silence Instance { get; } = new();

    public void Begin(string name)
    {
    }

    public void Bytes(long done, long? total)
    {
    }

    // It goes to the unit's journal, where a test that fails finds it.
    public void Warn(string message) => Console.Error.WriteLine(message);
}
