namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Progress of an installation or its undoing.</summary>
/// <param name="Change">Name of the change.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Message">What it does, or the warning.</param>
public sealed record HostStep(string Change, HostStepKind Kind, string Message);

/// <summary>What happened to a change.</summary>
public enum HostStepKind
{
    /// <summary>It begins.</summary>
    Started,

    /// <summary>It ended well.</summary>
    Done,

    /// <summary>The host already was so, or does not need it.</summary>
    Unchanged,

    /// <summary>A line of detail.</summary>
    Info,

    /// <summary>Something was left undone that the node can live without.</summary>
    Warning,
}
