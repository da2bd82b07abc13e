namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Receives what a change has to say beside failing. Implementations must be quick and must not throw.</summary>
public interface IHostReport
{
    /// <summary>Something was done that is worth a line.</summary>
    void Info(string message);

    /// <summary>Something could not be done, and the node can live without it. One sentence that says what to do.</summary>
    void Warn(string message);
}
