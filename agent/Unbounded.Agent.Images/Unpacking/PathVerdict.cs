namespace Unbounded.Agent.Images.Unpacking;

/// <summary>What is wrong with a path.</summary>
internal enum PathVerdict
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>There is none.</summary>
    Empty,

    /// <summary>It holds a NUL byte.</summary>
    HoldsNul,

    /// <summary>It starts with a slash.</summary>
    Absolute,

    /// <summary>It has a <c>..</c>.</summary>
    Climbs,

    /// <summary>It, or a component of it, is too long.</summary>
    TooLong,

    /// <summary>It has too many components.</summary>
    TooDeep,
}
