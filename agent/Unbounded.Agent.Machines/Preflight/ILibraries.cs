namespace Unbounded.Agent.Machines.Preflight;

/// <summary>Native libraries.</summary>
public interface ILibraries
{
    /// <summary>Whether the dynamic linker finds and loads one.</summary>
    bool CanLoad(string name);
}
