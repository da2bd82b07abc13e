namespace Unbounded.Agent.Partitions.Adaptive.Fetching;

/// <summary>Opens files of which parts are wanted.</summary>
internal interface IRangeOpener
{
    /// <summary>A file, wherever it is. Nothing is asked of anybody yet.</summary>
    IRangeSource Ranges(Uri location);
}
