namespace Unbounded.Agent.Core.Drift;

/// <summary>What a difference costs.</summary>
public enum DriftEffect
{
    /// <summary>A machine update: the alternate is prepared and swapped in.</summary>
    Swap,

    /// <summary>Nothing: it is applied to the live Node and to the next registration.</summary>
    Live,

    /// <summary>More than an update: the node would become another one. Never acted on; uninstall and install.</summary>
    Reinstall,
}
