namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>The process ended here: nothing after it was done.</summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut")
    {
    }
}
