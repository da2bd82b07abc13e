namespace Unbounded.Agent.Kubernetes.Tests.Queueing;

/// <summary>Jitter at one of its ends.</summary>
internal sealed class FullJitter(double value) : Random
{
    public static FullJitter Least { get; } = new(0);

    // The largest value that is less than one would leave a pause a tick too short.
    public static FullJitter Most { get; } = new(1);

    public override double NextDouble() => value;
}
