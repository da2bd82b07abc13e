namespace Unbounded.Agent.Linux.Processes;

/// <summary>A program to run.</summary>
/// <param name="FileName">Absolute path of the executable: nothing is looked up in <c>PATH</c>.</param>
/// <param name="Arguments">Its arguments, passed as they are.</param>
public sealed record ProcessRequest(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// The program's whole environment beside <c>PATH</c>, <c>LANG</c> and <c>LC_ALL</c>, which are always the same. Nothing is inherited: the agent's own may hold secrets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long it may take before it is killed with everything it started. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much of each of the two outputs is kept, in bytes: the end of it. The rest is read and dropped. Default 64 KiB.</summary>
    public int OutputLimitBytes { get; init; } = 64 * 1024;
}
