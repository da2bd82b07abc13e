using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>Progress that is kept, and that may do something when a part begins or bytes have moved.</summary>
internal sealed class Progress(Action<string, long>? on = null) : IStepProgress
{
    private string _part = "";

    public List<string> Parts { get; } = [];

    public long Done { get; private set; }

    public void Begin(string name)
    {
        Parts.Add(_part = name);
        on?.Invoke(name, 0);
    }

    public void Bytes(long done, long? total)
    {
        Done = done;
        on?.Invoke(_part, done);
    }

    public void Warn(string message) => Parts.Add(message);
}
