using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>Keeps what a step reports.</summary>
internal sealed class RecordingProgress : IStepProgress
{
    public List<string> Begun { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Begin(string name) => Begun.Add(name);

    public long LastBytes { get; private set; }

    public void Bytes(long done, long? total) => LastBytes = done;

    public void Warn(string message) => Warnings.Add(message);
}
